using System.Diagnostics;
using System.Globalization;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>
/// This executable again, as a process that may be killed or run out of disk space. It communicates by lines.
/// </summary>
sealed class ChildProcess : IDisposable
{
    readonly Process _process;

    ChildProcess(Process process) => _process = process;

    public static ChildProcess Start(Func<SqliteEngine, Task> task, string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [nameof(ChildProcess), task.Method.Name, file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();

    public void Say(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>SIGKILL: the process runs no more of its code.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    public static async Task<int> RunAsync(string[] task)
    {
        await using var engine = new SqliteEngine(task[1]);
        await (task[0] switch
        {
            nameof(OpenWhenToldAsync) => OpenWhenToldAsync(engine),
            nameof(RotateUntilKilledAsync) => RotateUntilKilledAsync(engine),
            nameof(WriteUntilKilledAsync) => WriteUntilKilledAsync(engine),
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

    /// <summary>Prints each generation when it is acknowledged, and not before.</summary>
    public static async Task RotateUntilKilledAsync(SqliteEngine engine)
    {
        await engine.OpenAsync();
        var account = Given.Account();
        await engine.Accounts.TryCreateAsync(account);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RotateAsync(engine, Given.Session(account.Id))));
    }

    /// <summary>Prints for each login whether it was accepted.</summary>
    public static async Task WriteUntilKilledAsync(SqliteEngine engine)
    {
        await engine.OpenAsync();
        var account = Given.Account();
        await engine.Accounts.TryCreateAsync(account);
        while (true) Console.WriteLine(await TryLogInAsync(engine, account) ? "taken" : "refused");
    }

    static async Task<bool> TryLogInAsync(SqliteEngine engine, Account account)
    {
        try
        {
            return await engine.Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device);
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
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

    /// <summary>For a while, no file of this process may grow: the engine's writes fail as on a full disk.</summary>
    public static async Task RunOutOfDiskAsync(SqliteEngine engine)
    {
        using var survive = FileLimits.Survive();
        await engine.OpenAsync();
        var account = Given.Account();
        await engine.Accounts.TryCreateAsync(account);

        await LogInAsync(engine, account, "before");
        FileLimits.Set(new FileInfo(engine.File + "-wal").Length);
        await LogInAsync(engine, account, "while full");
        FileLimits.Lift();
        await LogInAsync(engine, account, "after");
    }

    /// <summary>Makes twenty logins; prints how many were acknowledged, and whether a write would succeed.</summary>
    static async Task LogInAsync(SqliteEngine engine, Account account, string when)
    {
        var acknowledged = 0;
        for (var login = 0; login < 20; login++)
            if (await TryLogInAsync(engine, account)) acknowledged++;

        var writable = await engine.Storage.IsWritableAsync(CancellationToken.None);
        Console.WriteLine($"{when}: {acknowledged}, {(writable ? "writable" : "not writable")}");
    }
}
