using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.TestBed;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>
/// Another transaction has written something, and not committed it yet, when a login comes; and the other way round.
/// </summary>
public sealed class HeldTermsTests : PostgresTests
{
    [Fact]
    public async Task A_login_waits_for_a_password_change_and_sees_it()
    {
        var account = await StoredAccountAsync();

        var creation = await MeanwhileAsync(
            "UPDATE accounts SET security_stamp = 'another' WHERE id = $1", account.Id,
            () => Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device, Given.Terms(account.Id)));

        Assert.IsType<SessionCreation.AccountChanged>(creation);
    }

    [Fact]
    public async Task A_login_waits_for_the_revocation_of_its_key_and_sees_it()
    {
        await StoredKeyAsync();
        var account = await StoredAccountAsync();

        var creation = await MeanwhileAsync(
            "UPDATE keys SET revoked_at = 1 WHERE id = $1", "mac-7",
            () => Sessions.TryCreateAsync(Given.Session(account.Id) with { MacKeyId = 7 }, Given.Device, Given.Terms(account.Id)));

        Assert.IsType<SessionCreation.KeyRevoked>(creation);
    }

    [Fact]
    public async Task The_revocation_of_a_key_waits_for_a_login_with_it_and_ends_its_session()
    {
        await StoredKeyAsync();
        var session = await StoredSessionAsync(with: one => one with { MacKeyId = 8 });

        await MeanwhileAsync(
            "WITH held AS (SELECT id FROM keys WHERE id = 'mac-7' FOR SHARE) UPDATE sessions SET mac_key_id = 7 WHERE id = $1 AND EXISTS (SELECT 1 FROM held)",
            session.Id, () => Keys.RevokeAsync("mac-7", Given.Now));

        Assert.Equal(EndReason.KeyRevoked, (await ReadAsync(session)).End?.Reason);
    }

    async Task StoredKeyAsync() =>
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.MacKey(7)], []));

    /// <summary>
    /// Calls the operation after the change was made, and commits the change when the operation waits for it.
    /// </summary>
    async Task<T> MeanwhileAsync<T>(string change, object id, Func<Task<T>> call)
    {
        await using var connection = await Engine.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var command = connection.CreateCommand())
        {
#pragma warning disable CA2100 // The tests' own statements.
            command.CommandText = change;
#pragma warning restore CA2100
            command.Parameters.AddWithValue(id);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        var called = call();
        await Eventually.TrueAsync(
            async () => called.IsCompleted || await AskAsync<bool>("SELECT exists(SELECT 1 FROM pg_locks WHERE NOT granted)"),
            "the call waits for the change");
        Assert.False(called.IsCompleted);
        await transaction.CommitAsync(Cancel);
        return await called;
    }
}
