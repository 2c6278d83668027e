using System.Net.ServerSentEvents;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

/// <summary>The events that a follower of the feed receives.</summary>
public sealed class RevocationsTests
{
    static SecurityEvent Verified(HandstampApp app, SseItem<string>? item) =>
        Assert.IsType<SecurityEventOutcome.Verified>(SecurityEventVerifier.Verify(
            item!.Value.Data, app.Get<KeyRingService>().Ring.PublicKeys, HandstampApp.Issuer)).Event;

    [Fact]
    public async Task A_follower_gets_a_signed_event_for_each_session_as_soon_as_it_ends()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);

        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();

        var told = await follower.NextAsync();
        Assert.Equal("session-revoked", told!.Value.EventType);
        var revoked = Assert.IsType<RevokedSession>(Verified(app, told).Subject);
        Assert.Equal((login.SessionId, "logout"), (revoked.SessionId, revoked.Reason));
    }

    [Fact]
    public async Task What_another_process_ends_is_sent_before_the_next_heartbeat()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);

        await app.Get<ISessionStore>().TryEndAsync(login.SessionId, Origin.System.Ends(EndReason.Logout, app.Clock.GetUtcNow()));
        var (next, passed) = (follower.NextAsync(), TimeSpan.Zero);
        await Eventually.TrueAsync(() => next.IsCompleted, "the end is sent", nudge: () =>
        {
            // A heartbeat would come after three seconds.
            if (passed >= TimeSpan.FromSeconds(2.8)) return;
            passed += TimeSpan.FromMilliseconds(200);
            app.Clock.Advance(TimeSpan.FromMilliseconds(200));
        });

        Assert.Equal(login.SessionId, Assert.IsType<RevokedSession>(Verified(app, await next).Subject).SessionId);
    }

    [Fact]
    public async Task What_follows_the_revocation_of_a_key_by_another_process_is_signed_with_another_key()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();
        var revoked = app.Get<KeyRingService>().Ring.SigningKey(app.Clock.GetUtcNow()).KeyId;
        var done = Origin.System.Does(EventKind.KeyRevoked, app.Clock.GetUtcNow()) with { Detail = revoked };
        Assert.True(await app.Get<IKeyStore>().RevokeAsync(revoked, done));

        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));

        // Both are verified with the keys that are left.
        Assert.IsType<RevokedSession>(Verified(app, await follower.NextAsync()).Subject);
        Assert.Equal(new RevokedKey(revoked), Verified(app, await follower.NextAsync()).Subject);
    }

    [Fact]
    public async Task A_password_change_sends_an_event_for_every_session_including_the_callers()
    {
        await using var app = await HandstampApp.StartAsync();
        var (own, other) = (await app.RegisterAndLoginAsync(), await app.LoginAsync());
        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);

        (await app.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = "another unusual sentence" },
            own.AccessToken)).Dispose();

        var told = new[] { await follower.NextAsync(), await follower.NextAsync() }
            .Select(item => Assert.IsType<RevokedSession>(Verified(app, item).Subject));
        Assert.Equal(
            [(own.SessionId, "replaced"), (other.SessionId, "password_changed")],
            told.Select(revoked => (revoked.SessionId, revoked.Reason)));
    }

    [Fact]
    public async Task A_follower_that_reconnects_gets_what_it_missed_and_nothing_twice()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        var credential = await Follower.CredentialAsync(app);
        var sessions = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            var login = await app.LoginAsync();
            sessions.Add(login.SessionId);
            (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();
        }
        await using var first = await Follower.OpenAsync(app, credential);
        var seen = await first.NextAsync();

        await using var resumed = await Follower.OpenAsync(app, credential, seen!.Value.EventId);

        foreach (var expected in sessions.Skip(1))
            Assert.Equal(expected, Assert.IsType<RevokedSession>(Verified(app, await resumed.NextAsync()).Subject).SessionId);
        Assert.Equal("heartbeat", (await resumed.NextAsync())!.Value.EventType);
    }

    [Theory]
    [InlineData("1767323045000-999999")]
    [InlineData("1767323044999-1")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("1767323045000-")]
    [InlineData("1767323045000--1")]
    [InlineData("1767323045000-99999999999999999999")]
    [InlineData("not a number")]
    public async Task A_position_that_the_log_does_not_know_starts_from_the_oldest_relevant_entry(string position)
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();

        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app), position);

        Assert.Equal("session-revoked", (await follower.NextAsync())!.Value.EventType);
    }

    [Fact]
    public async Task An_event_that_is_older_than_any_access_token_is_no_longer_sent()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();
        app.Jump(RevocationFeed.Memory + TimeSpan.FromMilliseconds(1));

        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));

        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);
    }

    [Fact]
    public async Task A_withdrawn_MAC_key_is_sent_once_with_the_name_in_the_access_tokens_of_its_sessions()
    {
        await using var app = await HandstampApp.StartAsync();
        var (first, second) = (await app.RegisterAndLoginAsync(), await app.LoginAsync());
        var keys = app.Get<KeyRingService>();
        var withdrawn = RefreshKeyOf(app, first);
        Assert.Equal(withdrawn, RefreshKeyOf(app, second));
        Assert.True(await keys.RevokeAsync(withdrawn!, default));

        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));
        var told = await follower.NextAsync();

        Assert.Equal(withdrawn, Assert.IsType<RevokedKey>(Verified(app, told).Subject).KeyId);
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);
        Assert.NotEqual(withdrawn, RefreshKeyOf(app, await app.LoginAsync()));
    }

    static string? RefreshKeyOf(HandstampApp app, TokenSet tokens)
    {
        var rules = new AccessTokenRules { Issuer = HandstampApp.Issuer, Audiences = [HandstampApp.Issuer] };
        return Assert.IsType<AccessTokenOutcome.Verified>(AccessTokenVerifier.Verify(
            tokens.AccessToken, app.Get<KeyRingService>().Ring.PublicKeys, rules, app.Clock.GetUtcNow())).Token.RefreshKeyId;
    }

    [Fact]
    public async Task A_withdrawn_signing_key_is_announced_with_the_signature_of_its_successor()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var withdrawn = keys.Ring.SigningKey(app.Clock.GetUtcNow()).KeyId;
        Assert.True(await keys.RevokeAsync(withdrawn, default));

        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));
        var told = await follower.NextAsync();

        Assert.Equal("signing-key-revoked", told!.Value.EventType);
        Assert.Equal(withdrawn, Assert.IsType<RevokedKey>(Verified(app, told).Subject).KeyId);
        Assert.DoesNotContain(keys.Ring.PublicKeys.Keys, key => key.KeyId == withdrawn);
    }

    [Fact]
    public async Task A_node_that_has_just_learned_of_the_withdrawal_does_not_sign_with_the_key()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var withdrawn = keys.Ring.SigningKey(app.Clock.GetUtcNow()).KeyId;
        Assert.True(await app.Get<IKeyStore>().RevokeAsync(withdrawn, app.Clock.GetUtcNow()));

        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));
        var told = await follower.NextAsync();

        Assert.Equal(withdrawn, Assert.IsType<RevokedKey>(Verified(app, told).Subject).KeyId);
        Assert.DoesNotContain(keys.Ring.PublicKeys.Keys, key => key.KeyId == withdrawn);
    }

    [Fact]
    public async Task An_open_stream_starts_again_when_the_database_goes_back()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        await using var follower = await Follower.OpenAsync(app, await Follower.CredentialAsync(app));
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();
        var before = (await follower.NextAsync())!.Value;
        var epoch = app.Get<FeedEpoch>();
        await epoch.LookAsync(default);
        Assert.Equal(before.EventId, epoch.Position.ToString());

        await app.Get<IRevocationLog>().TryBeginEpochAsync(epoch.Position.Epoch, epoch.Position.Epoch + 1, wentBackAt: null);
        await epoch.LookAsync(default);
        app.Get<RevocationFeed>().Wake();

        var again = await follower.NextAsync();
        while (again!.Value.EventType == "heartbeat") again = await follower.NextAsync();
        Assert.Equal($"{epoch.Position.Epoch}-1", again.Value.EventId);
        Assert.Equal(Verified(app, before).Subject, Verified(app, again).Subject);
    }
}
