using System.Globalization;
using Handstamp.Server.Http;

namespace Handstamp.Storage.Tests.Sqlite;

public sealed class FaultTests : SqliteTests
{
    [Fact]
    public async Task A_full_database_refuses_writes_keeps_acknowledged_data_and_recovers_by_itself()
    {
        var account = await StoredAccountAsync();
        await TakeNoMorePagesAsync();

        var attempts = await InParallelAsync(500, async _ =>
        {
            var session = Given.Session(account.Id);
            return (session, done: await TryAsync(() => Sessions.TryCreateAsync(session, Given.Device)));
        });
        Assert.Contains(attempts, attempt => !attempt.done);
        await StoredSessionAsync(account);

        await Engine.RestartAsync();
        foreach (var (session, done) in attempts)
            Assert.Equal(done, await Sessions.FindAsync(session.Id, Cancel) is not null);
    }

    [Fact]
    public async Task A_disk_that_accepts_nothing_makes_the_database_unavailable_until_it_accepts_writes_again()
    {
        using var child = ChildProcess.Start(ChildProcess.RunOutOfDiskAsync, Engine.File);

        Assert.Equal("before: 20, writable", await child.ReadLineAsync());
        Assert.Equal("while full: 0, not writable", await child.ReadLineAsync());
        Assert.Equal("after: 20, writable", await child.ReadLineAsync());
        Assert.Equal(40, Sql.Ask<long>(Engine.File, "SELECT count(*) FROM sessions"));
    }

    [Fact]
    public async Task Data_that_a_killed_process_acknowledged_is_kept()
    {
        for (var round = 0; round < 3; round++)
        {
            await using var engine = new SqliteEngine();
            var acknowledged = await RotateAndKillAsync(engine.File, rotations: 500 * (round + 1));

            await engine.OpenAsync();

            Assert.Equal("ok", Sql.Ask<string>(engine.File, "PRAGMA integrity_check"));
            foreach (var (id, generation) in acknowledged)
            {
                var stored = (await engine.Sessions.FindAsync(id, Cancel))!.Session.Rotation.Last;
                // One more rotation may have been committed whose answer was never read.
                Assert.InRange(stored, generation, generation + 1);
            }
        }
    }

    [Fact]
    public async Task Data_that_a_killed_process_acknowledged_is_kept_although_its_log_was_deleted()
    {
        await using var engine = new SqliteEngine();
        var acknowledged = new Dictionary<Guid, int>();
        using (var child = ChildProcess.Start(ChildProcess.RotateUntilKilledAsync, engine.File))
        {
            for (var line = 0; line < 500; line++) Note(acknowledged, await child.ReadLineAsync());
            File.Delete(engine.File + "-wal");
            // The process ends by itself, because a write is refused.
            for (var line = 0; line < 5000 && await child.ReadLineAsync() is { } last; line++) Note(acknowledged, last);
            await child.KillAsync();
        }

        await engine.OpenAsync();
        foreach (var (id, generation) in acknowledged)
            Assert.InRange((await engine.Sessions.FindAsync(id, Cancel))!.Session.Rotation.Last, generation, int.MaxValue);
    }

    static async Task<Dictionary<Guid, int>> RotateAndKillAsync(string file, int rotations)
    {
        using var child = ChildProcess.Start(ChildProcess.RotateUntilKilledAsync, file);
        var acknowledged = new Dictionary<Guid, int>();
        for (var line = 0; line < rotations; line++) Note(acknowledged, await child.ReadLineAsync());

        await child.KillAsync();
        while (await child.ReadLineAsync() is { } line) Note(acknowledged, line);
        return acknowledged;
    }

    static void Note(Dictionary<Guid, int> acknowledged, string? line)
    {
        // The last line may be incomplete.
        if (line?.Split(' ') is [var id, var generation] && Guid.TryParse(id, out var session))
            acknowledged[session] = int.Parse(generation, CultureInfo.InvariantCulture);
    }

    static async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    // For as long as this connection is open.
    Task TakeNoMorePagesAsync() => Engine.Writer.RunAsync("PRAGMA max_page_count = 1", static (database, sql) =>
    {
        database.Run(sql);
        return true;
    });
}
