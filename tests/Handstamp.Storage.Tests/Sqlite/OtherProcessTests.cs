using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>The command line writes to the file of a running service.</summary>
public sealed class OtherProcessTests : SqliteTests
{
    [Fact]
    public async Task A_write_waits_while_another_process_writes()
    {
        var session = await StoredSessionAsync();

        Task<Server.Sessions.SessionReading?> rotated;
        using (LockOut()) rotated = Sessions.TryRotateAsync(Given.Rotation(session));

        Assert.NotNull(await rotated);
        Assert.True(await Engine.Storage.IsWritableAsync(Cancel));
    }

    [Fact]
    public async Task A_read_does_not_wait_for_any_writer()
    {
        var session = await StoredSessionAsync();
        using var held = LockOut();
        var waiting = Sessions.TryRotateAsync(Given.Rotation(session));

        Assert.Equal(session, (await ReadAsync(session)).Session);

        Assert.False(waiting.IsCompleted);
        held.Dispose();
        await waiting;
    }

    [Fact]
    public async Task Changes_by_another_process_are_seen_at_once()
    {
        var session = await StoredSessionAsync();
        await ReadAsync(session);

        using (var other = Sql.Open(Engine.File))
            other.Run($"UPDATE sessions SET revoked_at = 1, revoke_reason = {(int)EndReason.EndedByOperator}");

        Assert.Equal(EndReason.EndedByOperator, (await ReadAsync(session)).End?.Reason);
        Assert.Null(await Sessions.TryRotateAsync(Given.Rotation(session)));
        Assert.Equal(session.Id, Assert.Single(await ReadFeedAsync()).SessionId);
    }

    [Fact]
    public async Task A_lock_that_is_held_too_long_makes_the_database_unavailable_until_it_is_released()
    {
        await using var engine = new SqliteEngine { BusyTimeout = TimeSpan.FromMilliseconds(20) };
        await engine.OpenAsync();
        var account = Given.Account();

        using (var other = Sql.Open(engine.File))
        {
            other.Run("BEGIN IMMEDIATE");
            await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Accounts.TryCreateAsync(account));
            Assert.False(await engine.Storage.IsWritableAsync(Cancel));
        }

        Assert.True(await engine.Storage.IsWritableAsync(Cancel));
        Assert.True(await engine.Accounts.TryCreateAsync(account));
    }
}
