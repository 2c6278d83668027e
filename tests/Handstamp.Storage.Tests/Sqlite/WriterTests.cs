using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Tests.Sqlite;

public sealed class WriterTests : SqliteTests
{
    [Fact]
    public async Task Queued_operations_are_committed_together()
    {
        var sessions = await StoredSessionsAsync(100);
        using var meter = new CommitMeter(Engine);

        Task<SessionReading?[]> rotated;
        using (LockOut()) rotated = Task.WhenAll(sessions.Select(one => Sessions.TryRotateAsync(Given.Rotation(one))));

        Assert.All(await rotated, Assert.NotNull);
        Assert.Equal(100, meter.Batches.Sum());
        // The writer may have taken the first operation before the second arrived.
        Assert.InRange(meter.Batches.Count, 1, 2);
    }

    [Fact]
    public async Task An_operation_that_fails_does_not_affect_the_others()
    {
        var account = await StoredAccountAsync();
        var taken = await StoredSessionAsync(account);

        Task<bool> before, failing, after;
        using (LockOut())
        {
            before = Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device);
            failing = Sessions.TryCreateAsync(Given.Session(account.Id) with { Id = taken.Id }, Given.Device);
            after = Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device);
        }

        await Assert.ThrowsAsync<SqliteException>(() => failing);
        Assert.True(await before);
        Assert.True(await after);
        Assert.Equal(taken, (await ReadAsync(taken)).Session);
    }

    [Fact]
    public async Task An_operation_of_several_statements_is_all_or_nothing()
    {
        var ring = await Keys.ReadAsync(Cancel);
        var session = await StoredSessionAsync();

        Task<bool> failing;
        Task<SessionReading?> mate;
        using (LockOut())
        {
            failing = Keys.TryWriteAsync(
                ring.Version, [Given.SigningKey("a"), Given.SigningKey("b") with { Sealed = null! }], []);
            mate = Sessions.TryRotateAsync(Given.Rotation(session));
        }

        await Assert.ThrowsAsync<SqliteException>(() => failing);
        Assert.NotNull(await mate);
        Assert.Equivalent(ring, await Keys.ReadAsync(Cancel), strict: true);
    }

    [Fact]
    public async Task An_answer_comes_after_its_commit()
    {
        var account = await StoredAccountAsync();
        using var other = Sql.Open(Engine.File);

        Task<bool> created;
        using (LockOut())
        {
            created = Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device);
            Assert.False(created.IsCompleted);
        }

        await created;
        for (var count = 1; count < 200; count++)
        {
            Assert.Equal(count, other.Ask<long>("SELECT count(*) FROM sessions"));
            await StoredSessionAsync(account);
        }
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_keeps_what_it_accepted()
    {
        var account = await StoredAccountAsync();

        List<Task<bool>> created;
        using (LockOut())
        {
            created = [.. Enumerable.Range(0, 6000).Select(
                _ => Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device))];
            Assert.Contains(created, one => one.IsFaulted);
            Assert.False(created[0].IsCompleted);
        }

        var refused = created.Count(one => one.IsFaulted);
        foreach (var one in created.Where(one => !one.IsFaulted)) Assert.True(await one);
        foreach (var one in created.Where(one => one.IsFaulted))
            await Assert.ThrowsAsync<StorageUnavailableException>(() => one);
        Assert.Equal(6000 - refused, Sql.Ask<long>(Engine.File, "SELECT count(*) FROM sessions"));
    }

    [Fact]
    public async Task Closing_commits_queued_operations_and_leaves_one_file()
    {
        var account = await StoredAccountAsync();

        List<Task<bool>> created;
        Task closed;
        using (LockOut())
        {
            created = [.. Enumerable.Range(0, 100).Select(
                _ => Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device))];
            closed = Engine.CloseAsync();
        }

        await closed;
        Assert.All(await Task.WhenAll(created), Assert.True);
        Assert.Equal([Engine.File], Directory.GetFiles(Path.GetDirectoryName(Engine.File)!));
        Assert.Equal(100, Sql.Ask<long>(Engine.File, "SELECT count(*) FROM sessions"));
    }

    [Fact]
    public async Task A_closed_database_is_unavailable()
    {
        var (sessions, session) = (Sessions, await StoredSessionAsync());

        await Engine.Storage.DisposeAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => sessions.TryRotateAsync(Given.Rotation(session)));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => sessions.FindAsync(session.Id, Cancel));
    }

    [Fact]
    public async Task A_session_with_its_indexes_takes_no_more_than_400_bytes_and_its_event_no_more_than_350()
    {
        const int Count = 3000;
        var account = await StoredAccountAsync();
        var device = Given.Device with { UserAgent = new string('x', 110) };
        var before = PagesInBytes();

        await Task.WhenAll(Enumerable.Range(0, Count).Select(
            _ => Sessions.TryCreateAsync(Given.Session(account.Id), device)));

        var withEvents = PagesInBytes();
        await Engine.ChangeAsync("DELETE FROM events");
        Assert.InRange((PagesInBytes() - before) / Count, 200, 400);
        Assert.InRange((withEvents - PagesInBytes()) / Count, 150, 350);
    }

    [Fact]
    public async Task A_rotation_uses_an_index_only_to_find_its_row()
    {
        await StoredSessionAsync();

        using var other = Sql.Open(Engine.File);
        var indexed = other.Ask<string>("""
            SELECT group_concat(name, ' ') FROM
              (SELECT DISTINCT columns.name FROM pragma_index_list('sessions') AS indexes
                JOIN pragma_index_info(indexes.name) AS columns ORDER BY columns.name)
            """);

        Assert.Equal("account_id id", indexed);
    }

    long PagesInBytes() => Sql.Ask<long>(Engine.File, """
        SELECT (page_count - freelist_count) * page_size FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()
        """);
}
