using System.Diagnostics;
using System.Globalization;

namespace Handstamp.TestBed.Postgres;

/// <summary>
/// PostgreSQL's own programs. They refuse to run as root. In that case they run as Debian's user <c>postgres</c>.
/// </summary>
public static class PostgresProgram
{
    const string Installations = "/usr/lib/postgresql";

    // Ends its server when the pipe from this process closes, which happens however this process ends.
    const string Guard = """
        exec 3<&0
        "$@" & server=$!
        { read -r _ <&3; kill -$0 $server; } > /dev/null 2>&1 & guard=$!
        wait $server; status=$?
        kill $guard; exit $status
        """;

    static readonly string[] Unprivileged = Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        : ["env"];

    /// <summary>The directory of the programs.</summary>
    public static string Directory { get; } = Path.Combine(FindInstallation(), "bin");

    /// <summary>Starts a server that gets the signal, and ends, when its standard input is closed.</summary>
    public static Process Start(string program, IReadOnlyList<string> arguments, string signal = "INT") => new CommandCall(
        [.. Unprivileged[1..], "sh", "-c", Guard, signal, Path.Combine(Directory, program), .. arguments])
        .Start(Unprivileged[0]);

    public static Task RunAsync(string program, params string[] arguments) => CheckAsync(Unprivileged[0],
        [.. Unprivileged[1..], Path.Combine(Directory, program), .. arguments]);

    /// <summary>Runs a shell script that finds the programs, and stops at its first failure.</summary>
    public static async Task<string> ShellAsync(string script, IReadOnlyDictionary<string, string> environment)
    {
        var limit = Eventually.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var call = new CommandCall([.. Unprivileged[1..], "timeout", limit, "bash", "-euc", $"PATH={Directory}:$PATH\n{script}"], Environment: environment);
        var result = await CommandResult.OfAsync(Unprivileged[0], call);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{script}\n{result.Output}{result.Error}");
    }

    /// <summary>Gives the directory to the user of the servers.</summary>
    public static Task OwnAsync(string directory) =>
        Environment.IsPrivilegedProcess ? CheckAsync("chown", "postgres:", directory) : Task.CompletedTask;

    /// <summary>Kills the process and its children at once, as a power cut does.</summary>
    public static Task KillAsync(string process) =>
        // One of its children may already have ended.
        CheckAsync("sh", "-c", "children=$(ps -o pid= --ppid $1); kill -KILL $1 || exit; kill -KILL $children 2> /dev/null; true", "sh", process);

    static async Task CheckAsync(string file, params string[] arguments)
    {
        var result = await CommandResult.OfAsync(file, new CommandCall(arguments));
        if (result.ExitCode != 0) throw new InvalidOperationException($"{file} {arguments[0]}: {result.Output}{result.Error}");
    }

    static string FindInstallation() =>
        System.IO.Directory.Exists(Installations) && System.IO.Directory.GetDirectories(Installations).Max(StringComparer.Ordinal) is { } newest
            ? newest
            : throw new InvalidOperationException($"There is no PostgreSQL in {Installations}: ./test installs it.");
}
