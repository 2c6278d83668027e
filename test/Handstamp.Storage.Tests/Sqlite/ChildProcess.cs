using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>This executable again, as a process that may be killed or run out of disk. Talks by lines.</summary>
sealed class ChildProcess : IDisposable
{
    readonly Process _process;

    ChildProcess(Process process) => _process = process;

    public static ChildProcess Start(string task, string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [nameof(ChildProcess), task, file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();

    public void Say(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>SIGKILL: it runs no more code of its own.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    public static async Task<int> RunAsync(string[] task)
    {
        await using var engine = new SqliteEngine(task[1]);
        await (task[0] switch
        {
            nameof(OpenWhenToldAsync) => OpenWhenToldAsync(engine),
            nameof(RotateUntilKilledAsync) => RotateUntilKilledAsync(engine),
            nameof(RunOutOfDiskAsync) => RunOutOfDiskAsync(engine),
            _ => throw new ArgumentException(task[0], nameof(task)),
        });
        return 0;
    }

    public static async Task OpenWhenToldAsync(SqliteEngine engine)
    {
        Console.WriteLine("ready");
        Console.ReadLine();
        await engine.OpenAsync();
        Console.WriteLine("open");
        Console.ReadLine();
    }

    /// <summary>Says each generation when it is acknowledged, and not before.</summary>
    public static async Task RotateUntilKilledAsync(SqliteEngine engine)
    {
        await engine.OpenAsync();
        var account = Given.Account();
        await engine.Accounts.TryCreateAsync(account);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RotateAsync(engine, Given.Session(account.Id))));
    }

    static async Task RotateAsync(SqliteEngine engine, Session session)
    {
        await engine.Sessions.TryCreateAsync(session, Given.Device);
        var rotation = Given.Rotation(session) with { RetryWindow = TimeSpan.Zero };
        for (var presented = 1; ; presented++)
        {
            var rotated = await engine.Sessions.TryRotateAsync(rotation with { Presented = presented });
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{session.Id} {rotated!.Session.Rotation.Last}"));
        }
    }

    /// <summary>No file of this process may grow any more, for a while: the engine's writes fail as on a full disk.</summary>
    public static async Task RunOutOfDiskAsync(SqliteEngine engine)
    {
        using var survive = PosixSignalRegistration.Create((PosixSignal)FileLimits.SignalNumber, signal => signal.Cancel = true);
        await engine.OpenAsync();
        var account = Given.Account();
        await engine.Accounts.TryCreateAsync(account);

        var (acknowledged, refused) = (0, 0);
        for (var attempt = 0; attempt < 60; attempt++)
        {
            if (attempt == 20) FileLimits.Set(new FileInfo(engine.File + "-wal").Length);
            if (attempt == 40) Console.WriteLine($"writable: {await engine.Storage.IsWritableAsync(CancellationToken.None)}");
            if (attempt == 40) FileLimits.Lift();
            try
            {
                if (await engine.Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device)) acknowledged++;
            }
            catch (StorageUnavailableException)
            {
                refused++;
            }
        }

        Console.WriteLine($"writable: {await engine.Storage.IsWritableAsync(CancellationToken.None)}");
        Console.WriteLine($"{acknowledged} acknowledged, {refused} refused");
    }
}
