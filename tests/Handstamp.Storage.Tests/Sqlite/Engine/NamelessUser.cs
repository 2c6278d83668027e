using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Handstamp.Storage.Tests.Sqlite.Engine;

/// <summary>A user who has an id and no name, as a container may have one. Only root can become one.</summary>
static class NamelessUser
{
    public const uint Id = 47_110;

    const nint Unchanged = -1;

    // The number of setresuid. Linux changes the user of the thread that calls it; the C library's function of this name changes all threads.
    static readonly nint SetUser = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117;

    /// <summary>Asks on a thread of its own, which ends as this user.</summary>
    public static string Run(Func<string> ask)
    {
        // Loads the code, which this user may not be allowed to read.
        ask();

        var (answer, fault) = ("", (Exception?)null);
        var thread = new Thread(() =>
        {
            try
            {
                if (Call(SetUser, Unchanged, (nint)Id, Unchanged) != 0) throw new InvalidOperationException("setresuid");
                answer = ask();
            }
            catch (Exception thrown)
            {
                fault = thrown;
            }
        });
        thread.Start();
        thread.Join();
        if (fault is not null) ExceptionDispatchInfo.Throw(fault);
        return answer;
    }

    [DllImport("libc", EntryPoint = "syscall"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern nint Call(nint number, nint real, nint effective, nint saved);
}
