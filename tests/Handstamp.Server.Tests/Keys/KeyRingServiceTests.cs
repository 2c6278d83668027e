using System.Net;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

public sealed class KeyRingServiceTests
{
    static async Task<JsonWebKeySet> PublishedAsync(HandstampApp app)
    {
        Assert.True(JsonWebKeySet.TryParse(await app.Client.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)), out var keys));
        return keys;
    }

    [Fact]
    public async Task A_new_key_is_published_before_it_signs_and_the_old_one_after()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var now = app.Clock.Now();
        var old = keys.Ring.SigningKey(now).KeyId;

        Assert.True(await keys.RotateAsync(KeyPurpose.Sign, now.AddHours(24), default));

        Assert.Equal(2, (await PublishedAsync(app)).Keys.Count);
        Assert.Equal(old, keys.Ring.SigningKey(now.AddHours(23)).KeyId);
        Assert.NotEqual(old, keys.Ring.SigningKey(now.AddHours(24)).KeyId);
        Assert.NotNull((await PublishedAsync(app)).Find(old));
    }

    [Fact]
    public async Task A_rotation_brings_the_announced_key_forward_instead_of_making_another()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var now = app.Clock.Now();
        await keys.RotateAsync(KeyPurpose.Sign, now.AddHours(24), default);
        await keys.RotateAsync(KeyPurpose.Sign, now.AddSeconds(10), default);

        Assert.Equal(2, keys.Ring.PublicKeys.Keys.Count);
        Assert.NotEqual(keys.Ring.SigningKey(now).KeyId, keys.Ring.SigningKey(now.AddSeconds(10)).KeyId);
    }

    [Theory]
    [InlineData("sign")]
    [InlineData("mac")]
    public async Task Between_the_revocation_of_a_key_and_its_successor_callers_are_told_to_retry(string kind)
    {
        var purpose = Enum.Parse<KeyPurpose>(kind, ignoreCase: true);
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        var keys = app.Get<KeyRingService>();
        foreach (var key in keys.Ring.Stored.Keys.Where(key => key.Purpose == purpose))
            Assert.True(await app.Get<IKeyStore>().RevokeAsync(key.Id, app.Clock.Now()));
        await keys.RefreshAsync(default);

        using (var answer = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password }))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);

        await keys.FollowAsync(default);
        await app.LoginAsync();
    }

    [Fact]
    public async Task A_repeated_rotation_does_not_delay_the_first()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var now = app.Clock.Now();
        await keys.RotateAsync(KeyPurpose.Sign, now.AddHours(24), default);

        app.Jump(TimeSpan.FromHours(23));
        Assert.True(await keys.RotateAsync(KeyPurpose.Sign, app.Clock.Now().AddHours(24), default));

        Assert.Equal(2, keys.Ring.PublicKeys.Keys.Count);
        Assert.NotEqual(keys.Ring.SigningKey(now).KeyId, keys.Ring.SigningKey(now.AddHours(24)).KeyId);
    }

    [Fact]
    public async Task Keys_are_renewed_automatically_and_deleted_when_none_of_their_tokens_can_be_alive()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var first = keys.Ring.SigningKey(app.Clock.Now()).KeyId;

        app.Jump(TimeSpan.FromDays(89));
        await keys.RenewAsync(default);
        Assert.Equal(2, keys.Ring.PublicKeys.Keys.Count);

        app.Jump(TimeSpan.FromDays(2));
        await keys.RenewAsync(default);
        Assert.DoesNotContain(keys.Ring.Stored.Keys, key => key.Id == first);
    }

    [Fact]
    public async Task A_key_is_deleted_at_the_moment_at_which_everything_that_it_made_has_expired()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var now = app.Clock.Now();
        var first = keys.Ring.SigningKey(now).KeyId;
        await keys.RotateAsync(KeyPurpose.Sign, now.AddSeconds(10), default);
        var expires = keys.Ring.Stored.Keys.Single(key => key.Id == first).ExpiresAt;

        app.Jump(expires.AddMilliseconds(-1) - now);
        await keys.RenewAsync(default);
        Assert.Contains(keys.Ring.Stored.Keys, key => key.Id == first);
        app.Jump(TimeSpan.FromMilliseconds(1));
        await keys.RenewAsync(default);
        Assert.DoesNotContain(keys.Ring.Stored.Keys, key => key.Id == first);
    }

    [Fact]
    public async Task A_rotation_to_the_moment_that_is_planned_changes_nothing()
    {
        await using var app = await HandstampApp.StartAsync();
        var (keys, start) = (app.Get<KeyRingService>(), app.Clock.Now().AddHours(24));
        await keys.RotateAsync(KeyPurpose.Sign, start, default);
        var version = keys.Ring.Stored.Version;

        Assert.True(await keys.RotateAsync(KeyPurpose.Sign, start, default));

        Assert.Equal(version, keys.Ring.Stored.Version);
    }

    [Fact]
    public async Task A_change_by_another_process_is_read()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var (store, ring) = (app.Get<IKeyStore>(), keys.Ring);
        var mac = ring.Stored.Keys.Single(key => key.Purpose == KeyPurpose.Mac);
        Assert.True(await store.TryWriteAsync(ring.Stored.Version, [mac with { ActiveUntil = mac.ActiveUntil.AddDays(1) }], []));

        await keys.RefreshAsync(default);

        Assert.Equal(ring.Stored.Version + 1, keys.Ring.Stored.Version);
    }

    [Fact]
    public async Task A_slow_reading_does_not_bring_an_older_ring_back()
    {
        var (app, store) = await OtherNode.WatchAsync();
        await using var _ = app;
        var keys = app.Get<KeyRingService>();
        await OtherNode.MakeKeysAsync(app);
        var (isRead, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        store.AfterReading = () =>
        {
            isRead.SetResult();
            return goOn.Task;
        };

        var slow = keys.FollowAsync(default);
        await isRead.Task;
        var newest = await OtherNode.MakeKeysAsync(app);
        var fast = keys.FollowAsync(default);
        goOn.SetResult();
        await Task.WhenAll(slow, fast);

        Assert.NotNull(keys.Ring.FindMacKey(newest.Mac.Id));
    }

    [Fact]
    public async Task A_ring_that_cannot_be_read_stays_as_it_was_until_the_next_round_and_the_log_says_so()
    {
        var (app, store) = await OtherNode.WatchAsync();
        await using var _ = app;
        var keys = app.Get<KeyRingService>();
        var before = keys.Ring;
        store.BeforeAnswers = () => throw new StorageUnavailableException("away");

        await Eventually.TrueAsync(() => app.Logs.Of(1001).Any(), "a round fails", () => app.Clock.Advance(TimeSpan.FromSeconds(1)));

        Assert.Same(before, keys.Ring);
        store.BeforeAnswers = null;
        var made = await OtherNode.MakeKeysAsync(app);
        await Eventually.TrueAsync(() => keys.Ring.FindMacKey(made.Mac.Id) is not null, "a round succeeds", () => app.Clock.Advance(TimeSpan.FromSeconds(1)));
        Assert.Contains($"Key ring version {keys.Ring.Stored.Version} read: {keys.Ring.Stored.Keys.Count} keys", app.Logs.Of(1000).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_who_ask_while_the_ring_is_read_share_one_further_reading()
    {
        var (app, store) = await OtherNode.WatchAsync();
        await using var _ = app;
        var keys = app.Get<KeyRingService>();
        var (isAsked, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        store.BeforeAnswers = () =>
        {
            isAsked.TrySetResult();
            return goOn.Task;
        };
        var before = store.Asked;

        var first = keys.FollowAsync(default);
        await isAsked.Task;
        var others = Enumerable.Range(0, 100).Select(_ => keys.FollowAsync(default)).ToList();
        goOn.SetResult();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(before + 2, store.Asked);
    }

    [Fact]
    public async Task The_ids_of_deleted_MAC_keys_are_used_again_even_when_all_are_taken()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        await TakeIdsAsync(app, 255, expiresAt: app.Clock.Now().AddDays(100));

        // The current key is retired, and every id is taken by keys that have expired.
        app.Jump(TimeSpan.FromDays(101));
        await keys.FollowAsync(default);

        Assert.Equal(2, keys.Ring.Stored.Keys.Count(key => key.Purpose == KeyPurpose.Mac));
        Assert.Equal(2, keys.Ring.MacKey(app.Clock.Now()).Id);
    }

    [Fact]
    public async Task While_no_id_is_left_the_current_MAC_key_stays_in_use_and_signing_keys_are_renewed()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        await TakeIdsAsync(app, 255, expiresAt: app.Clock.Now().AddDays(300));

        app.Jump(TimeSpan.FromDays(89.5));
        await keys.FollowAsync(default);
        app.Jump(TimeSpan.FromDays(10));
        await keys.FollowAsync(default);

        Assert.Equal(1, keys.Ring.MacKey(app.Clock.Now()).Id);
        Assert.Single(keys.Ring.Stored.Keys, key => key.Purpose == KeyPurpose.Sign);
    }

    /// <summary>The given number of revoked MAC keys beside the first.</summary>
    internal static async Task TakeIdsAsync(HandstampApp app, int count, DateTimeOffset expiresAt)
    {
        var ring = app.Get<KeyRingService>().Ring.Stored;
        var taken = ring.Keys.Single(key => key.Purpose == KeyPurpose.Mac);
        var others = Enumerable.Range(0, 256).Where(id => $"mac-{id}" != taken.Id).Take(count).Select(id => taken with
        {
            Id = $"mac-{id}",
            RevokedAt = app.Clock.Now(),
            ExpiresAt = expiresAt,
        });
        Assert.True(await app.Get<IKeyStore>().TryWriteAsync(ring.Version, [.. others], []));
        await app.Get<KeyRingService>().RefreshAsync(default);
    }

    [Fact]
    public async Task The_key_set_is_cached_and_its_tag_shows_that_it_is_unchanged()
    {
        await using var app = await HandstampApp.StartAsync();
        using var first = await app.Client.GetAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        Assert.Equal(TimeSpan.FromMinutes(5), first.Headers.CacheControl!.MaxAge);
        Assert.Equal("application/jwk-set+json", first.Content.Headers.ContentType!.MediaType);

        using var second = await app.SendAsync(
            HttpMethod.Get, "/.well-known/jwks.json", change: request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Null(second.Content.Headers.ContentType);

        await app.Get<KeyRingService>().RotateAsync(KeyPurpose.Sign, app.Clock.Now().AddDays(1), default);
        using var third = await app.SendAsync(
            HttpMethod.Get, "/.well-known/jwks.json", change: request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task Only_public_members_of_keys_are_published()
    {
        await using var app = await HandstampApp.StartAsync();
        var body = await app.Client.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        Assert.DoesNotContain("\"d\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RS256_signs_if_the_settings_choose_it()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Keys:Algorithm"] = "RS256" });
        var login = await app.RegisterAndLoginAsync();
        var rules = new AccessTokenRules { Issuer = HandstampApp.Issuer, Audiences = [HandstampApp.Issuer] };
        var published = await PublishedAsync(app);
        Assert.Equal("RS256", published.Keys.Single().Algorithm.Name);
        Assert.IsType<AccessTokenOutcome.Verified>(
            AccessTokenVerifier.Verify(login.AccessToken, published, rules, app.Clock.GetUtcNow()));
    }
}
