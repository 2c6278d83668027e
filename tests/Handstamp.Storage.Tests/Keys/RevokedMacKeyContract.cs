using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Keys;

/// <summary>
/// The sessions whose refresh token was made by a revoked key: they have ended, although nothing is written to them.
/// </summary>
public abstract class RevokedMacKeyContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly DateTimeOffset Revoked = Given.Now + TimeSpan.FromMinutes(1);
    static readonly DateTimeOffset Later = Revoked + TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_feed_names_the_key_once_and_none_of_its_sessions()
    {
        await StoredKeysAsync();
        for (var session = 0; session < 20; session++) await StoredSessionAsync(with: Under(7));

        await RevokeAsync();

        var entry = Assert.Single(await ReadFeedAsync());
        Assert.Equal(("mac-7", EndReason.KeyRevoked, Revoked), (entry.KeyId, entry.Reason, entry.At));
        Assert.Null(entry.SessionId);
    }

    [Fact]
    public async Task A_live_session_of_the_key_has_ended_with_it_and_no_other_session_has()
    {
        await StoredKeysAsync();
        var session = await StoredSessionAsync(with: Under(7));
        var renewed = await StoredSessionAsync(with: Under(7));
        var expired = await StoredSessionAsync(with: one => Under(7)(one) with { IdleExpiresAt = Revoked });
        var others = await StoredSessionAsync(with: Under(8));
        Assert.NotNull(await Sessions.TryRotateAsync(OntoKey(renewed, 8)));

        await RevokeAsync();

        Assert.Equal(new SessionEnd(Revoked, EndReason.KeyRevoked), (await ReadAsync(session)).End);
        foreach (var alive in new[] { renewed, expired, others }) Assert.True(await IsAliveAsync(alive));
    }

    [Fact]
    public async Task A_session_that_had_ended_before_keeps_its_own_end()
    {
        await StoredKeysAsync();
        var session = await StoredSessionAsync(with: Under(7));
        await Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now);

        await RevokeAsync();

        Assert.Equal(new SessionEnd(Given.Now, EndReason.Logout), (await ReadAsync(session)).End);
    }

    [Fact]
    public async Task Such_a_session_is_in_no_list_and_takes_no_room()
    {
        await StoredKeysAsync();
        var account = await StoredAccountAsync();
        await StoredSessionAsync(account, with: Under(7));
        var other = await StoredSessionAsync(account, with: Under(8));
        var fresh = Under(8)(Given.Session(account.Id));

        await RevokeAsync();

        Assert.Equal([other.Id], (await Sessions.ListAsync(account.Id, Later, 10, Cancel)).Select(listed => listed.Session.Id));
        var begun = Assert.IsType<SessionCreation.Begun>(await Sessions.TryCreateAsync(
            fresh, Given.Device with { CreatedAt = Later }, Given.Terms(account.Id) with { Most = 2 }));
        Assert.Equal(0, begun.Ended());
    }

    [Fact]
    public async Task Such_a_session_cannot_be_used_named_or_ended_again()
    {
        await StoredKeysAsync();
        var account = await StoredAccountAsync();
        var session = await StoredSessionAsync(account, with: Under(7));
        await RevokeAsync();
        var before = await ReadAsync(session);
        var next = session.Rotation with { Last = 2, IssuedAt = Later };

        Assert.Null(await Sessions.TryRotateAsync(OntoKey(session, 8)));
        Assert.Null(await Sessions.TryAdvanceAsync(session.Id, session.Rotation, next, OntoKey(session, 8).Issue));
        Assert.Null(await Sessions.TryNoteUseAsync(session.Id, session.Rotation, OntoKey(session, 8).Issue));
        Assert.Equal(Renaming.NotFound, await Sessions.RenameAsync(session.Id, account.Id, "Laptop", Later));
        Assert.False(await Sessions.TryEndAsync(session.Id, EndReason.Logout, Later));
        Assert.False(await Sessions.TryEndOwnAsync(session.Id, account.Id, EndReason.EndedByUser, Later));
        Assert.Equal(0, await Sessions.EndAllAsync(account.Id, EndReason.LogoutEverywhere, Later));
        Assert.Equal(before, await ReadAsync(session));
    }

    [Fact]
    public async Task No_session_rotates_onto_a_revoked_key()
    {
        await StoredKeysAsync();
        var session = await StoredSessionAsync(with: Under(8));
        await RevokeAsync();

        Assert.Null(await Sessions.TryRotateAsync(OntoKey(session, 7)));
        Assert.Null(await Sessions.TryAdvanceAsync(
            session.Id, session.Rotation, session.Rotation with { Last = 2, IssuedAt = Later }, OntoKey(session, 7).Issue));

        Assert.Equal(session, (await ReadAsync(session)).Session);
        Assert.NotNull(await Sessions.TryRotateAsync(OntoKey(session, 8)));
    }

    [Fact]
    public async Task A_rotation_during_the_revocation_leaves_no_live_session_with_the_key()
    {
        for (byte key = 1; key <= 100; key++)
        {
            Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.MacKey(key), Given.MacKey(200)], []));
            var session = await StoredSessionAsync(with: Under(200));

            var rotation = Task.Run(() => Sessions.TryRotateAsync(OntoKey(session, key)));
            Assert.True(await Keys.RevokeAsync($"mac-{key}", Revoked));

            Assert.Equal(await rotation is null, await IsAliveAsync(session));
        }
    }

    [Fact]
    public async Task The_row_of_such_a_session_is_swept_like_any_other()
    {
        await StoredKeysAsync();
        var session = await StoredSessionAsync(with: Under(7));
        var other = await StoredSessionAsync(with: Under(8));
        await RevokeAsync();

        Assert.Equal(0, (await Sessions.SweepAsync(null, Revoked, 10, Cancel)).Deleted);
        Assert.Equal(1, (await Sessions.SweepAsync(null, Revoked + TimeSpan.FromMilliseconds(1), 10, Cancel)).Deleted);

        Assert.Null(await Sessions.FindAsync(session.Id, Cancel));
        Assert.NotNull(await Sessions.FindAsync(other.Id, Cancel));
    }

    static Func<Session, Session> Under(byte key) => session => session with { MacKeyId = key };

    static Rotation OntoKey(Session session, byte key)
    {
        var rotation = Given.Rotation(session);
        return rotation with { Issue = rotation.Issue with { MacKeyId = key } };
    }

    async Task StoredKeysAsync() => Assert.True(await Keys.TryWriteAsync(
        await Keys.ReadVersionAsync(Cancel), [Given.MacKey(7), Given.MacKey(8)], []));

    async Task RevokeAsync()
    {
        var version = await Keys.ReadVersionAsync(Cancel);
        Assert.True(await Keys.RevokeAsync("mac-7", Revoked));
        Assert.Equal(version + 1, await Keys.ReadVersionAsync(Cancel));
    }
}
