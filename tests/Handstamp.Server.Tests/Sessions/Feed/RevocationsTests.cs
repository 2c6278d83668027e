using System.Net;
using System.Net.ServerSentEvents;
using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Feed;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

public sealed class RevocationsTests
{
    /// <summary>A follower of the feed, with a credential of its own.</summary>
    sealed class Follower : IAsyncDisposable
    {
        readonly HttpResponseMessage _answer;
        readonly CancellationTokenSource _timeout = new(Eventually.Timeout);
        readonly IAsyncEnumerator<SseItem<string>> _events;

        Follower(HttpResponseMessage answer, Stream stream)
        {
            _answer = answer;
            _events = SseParser.Create(stream).EnumerateAsync(_timeout.Token).GetAsyncEnumerator();
        }

        public static async Task<Follower> OpenAsync(HandstampApp app, string? credential, string? lastEventId = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/revocations");
            if (credential is not null) request.Headers.Authorization = new("Bearer", credential);
            if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
            var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            return new Follower(answer, await answer.Content.ReadAsStreamAsync());
        }

        public async Task<SseItem<string>?> NextAsync() => await _events.MoveNextAsync() ? _events.Current : null;

        public async ValueTask DisposeAsync()
        {
            await _timeout.CancelAsync();
            await _events.DisposeAsync();
            _answer.Dispose();
            _timeout.Dispose();
        }
    }

    static async Task<string> CredentialAsync(HandstampApp app, string name = "orders-api")
    {
        var credential = ResourceServerCredential.Create(name);
        await app.Get<IResourceServerStore>().TryAddAsync(new(credential.Name, credential.SecretHash, app.Clock.GetUtcNow()));
        return credential.Reveal();
    }

    static SecurityEvent Verified(HandstampApp app, SseItem<string>? item) =>
        Assert.IsType<SecurityEventOutcome.Verified>(SecurityEventVerifier.Verify(
            item!.Value.Data, app.Get<KeyRingService>().Ring.PublicKeys, HandstampApp.Issuer)).Event;

    [Fact]
    public async Task A_follower_is_told_of_each_ended_session_by_a_signed_event_as_soon_as_it_ends()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app));
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);

        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();

        var told = await follower.NextAsync();
        Assert.Equal("session-revoked", told!.Value.EventType);
        var revoked = Assert.IsType<RevokedSession>(Verified(app, told).Subject);
        Assert.Equal((login.SessionId, "logout"), (revoked.SessionId, revoked.Reason));
    }

    [Fact]
    public async Task A_password_change_is_told_of_every_session_the_callers_included()
    {
        await using var app = await HandstampApp.StartAsync();
        var (own, other) = (await app.RegisterAndLoginAsync(), await app.LoginAsync());
        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app));
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
    public async Task Who_comes_back_gets_what_it_has_missed_and_nothing_twice()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        var credential = await CredentialAsync(app);
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
    public async Task A_position_that_the_log_does_not_know_starts_from_all_that_matters(string position)
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();

        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app), position);

        Assert.Equal("session-revoked", (await follower.NextAsync())!.Value.EventType);
    }

    [Fact]
    public async Task What_no_access_token_can_outlive_is_no_longer_told()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();
        app.Jump(RevocationFeed.Memory + TimeSpan.FromMilliseconds(1));

        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app));

        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);
    }

    [Fact]
    public async Task A_withdrawn_MAC_key_is_told_once_by_the_name_that_access_tokens_of_its_sessions_have()
    {
        await using var app = await HandstampApp.StartAsync();
        var (first, second) = (await app.RegisterAndLoginAsync(), await app.LoginAsync());
        var keys = app.Get<KeyRingService>();
        var withdrawn = RefreshKeyOf(app, first);
        Assert.Equal(withdrawn, RefreshKeyOf(app, second));
        Assert.True(await keys.RevokeAsync(withdrawn!, default));

        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app));
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
    public async Task A_withdrawn_signing_key_is_told_by_its_successor()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var withdrawn = keys.Ring.SigningKey(app.Clock.GetUtcNow()).KeyId;
        Assert.True(await keys.RevokeAsync(withdrawn, default));

        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app));
        var told = await follower.NextAsync();

        Assert.Equal("signing-key-revoked", told!.Value.EventType);
        Assert.Equal(withdrawn, Assert.IsType<RevokedKey>(Verified(app, told).Subject).KeyId);
        Assert.DoesNotContain(keys.Ring.PublicKeys.Keys, key => key.KeyId == withdrawn);
    }

    [Fact]
    public async Task Nor_does_a_node_sign_with_it_that_has_only_now_heard_of_it()
    {
        await using var app = await HandstampApp.StartAsync();
        var keys = app.Get<KeyRingService>();
        var withdrawn = keys.Ring.SigningKey(app.Clock.GetUtcNow()).KeyId;
        Assert.True(await app.Get<IKeyStore>().RevokeAsync(withdrawn, app.Clock.GetUtcNow()));

        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app));
        var told = await follower.NextAsync();

        Assert.Equal(withdrawn, Assert.IsType<RevokedKey>(Verified(app, told).Subject).KeyId);
        Assert.DoesNotContain(keys.Ring.PublicKeys.Keys, key => key.KeyId == withdrawn);
    }

    [Fact]
    public async Task Without_a_credential_nobody_follows_in_production()
    {
        await using var app = await HandstampApp.StartAsync();
        foreach (var credential in new[] { null, "hsa_", "hsa_orders-api_" + new string('A', 43), await CredentialAsync(app) + "x" })
        {
            using var answer = await app.SendAsync(HttpMethod.Get, "/revocations", accessToken: credential);
            Assert.Equal((HttpStatusCode.Unauthorized, "resource_server_unauthorized"), (answer.StatusCode, (await ProblemAnswer.ReadAsync(answer)).Code));
        }
    }

    [Fact]
    public async Task On_this_machine_in_development_none_is_needed()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Issuer"] = "http://localhost:5110" }, environment: "Development");
        await using var follower = await Follower.OpenAsync(app, credential: null);
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);
    }

    [Fact]
    public async Task A_removed_credential_ends_the_stream()
    {
        await using var app = await HandstampApp.StartAsync();
        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app));
        Assert.Equal("heartbeat", (await follower.NextAsync())!.Value.EventType);

        await app.Get<IResourceServerStore>().RemoveAsync("orders-api");
        app.Jump(TimeSpan.FromSeconds(3));
        app.Get<RevocationFeed>().Wake();

        Assert.Null(await follower.NextAsync());
    }

    [Fact]
    public async Task A_stream_that_is_open_starts_again_when_the_database_goes_back()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        await using var follower = await Follower.OpenAsync(app, await CredentialAsync(app));
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

    [Fact]
    public async Task A_follower_whose_stream_breaks_gives_its_place_back()
    {
        var log = new SlowLog();
        await using var app = await HandstampApp.StartAsync(services: services => services.AddSingleton<IRevocationLog>(log));
        log.Answer.SetException(new StorageUnavailableException("away"));
        var credential = await CredentialAsync(app);
        for (var i = 0; i <= FollowerPlaces.MostOfOne; i++)
        {
            using var answer = await app.SendAsync(HttpMethod.Get, "/revocations", accessToken: credential);
            Assert.Equal("storage_unavailable", (await ProblemAnswer.ReadAsync(answer)).Code);
        }
    }

    [Fact]
    public async Task One_credential_leaves_the_places_of_the_others()
    {
        await using var app = await HandstampApp.StartAsync();
        var (greedy, other) = (await CredentialAsync(app), await CredentialAsync(app, "other-api"));
        var followers = new List<Follower>();
        for (var i = 0; i < FollowerPlaces.MostOfOne; i++) followers.Add(await Follower.OpenAsync(app, greedy));

        using var refused = await app.SendAsync(HttpMethod.Get, "/revocations", accessToken: greedy);
        var problem = await ProblemAnswer.ReadAsync(refused);
        Assert.Equal((503, "too_many_followers", false, TimeSpan.FromSeconds(3)),
            (problem.Status, problem.Code, problem.Definitive, problem.RetryAfter));
        await using (var admitted = await Follower.OpenAsync(app, other))
            Assert.Equal("heartbeat", (await admitted.NextAsync())!.Value.EventType);

        foreach (var follower in followers) await follower.DisposeAsync();
    }

    [Fact]
    public void There_is_an_end_to_all_places_together_and_each_is_given_back()
    {
        var places = new FollowerPlaces();
        var apis = Enumerable.Range(0, FollowerPlaces.Most / FollowerPlaces.MostOfOne).Select(number => $"api-{number}").ToList();
        Assert.All(apis, api => Assert.All(Enumerable.Range(0, FollowerPlaces.MostOfOne), _ => Assert.True(places.TryTake(api))));
        Assert.False(places.TryTake("late"));

        places.GiveBack(apis[0]);

        Assert.True(places.TryTake("late"));
        Assert.False(places.TryTake(apis[0]));
    }

    [Fact]
    public async Task Followers_that_are_woken_together_share_one_look_at_the_log()
    {
        var log = new SlowLog();
        await using var app = await HandstampApp.StartAsync(services: services => services.AddSingleton<IRevocationLog>(log));
        var feed = app.Get<RevocationFeed>();
        var growth = feed.Growth;
        async Task LookAsync(long after) => await feed.ReadAfterAsync(growth, after);
        var together = Enumerable.Range(0, 100).Select(_ => LookAsync(7)).ToList();
        var elsewhere = LookAsync(8);

        // What this one was woken for, the look of the others may have missed.
        feed.Wake();
        growth = feed.Growth;
        var later = LookAsync(7);

        Assert.Equal([7, 8, 7], log.Asked);
        log.Answer.SetResult([]);
        await Task.WhenAll([.. together, elsewhere, later]);
        await LookAsync(7);
        Assert.Equal(4, log.Asked.Count);
    }

    /// <summary>A log that answers when it is told to.</summary>
    sealed class SlowLog : IRevocationLog
    {
        public List<long> Asked { get; } = [];

        public TaskCompletionSource<IReadOnlyList<Revocation>> Answer { get; } = new();

        public Task<IReadOnlyList<Revocation>> ReadAfterAsync(long sequence, DateTimeOffset since, int limit, CancellationToken cancel)
        {
            Asked.Add(sequence);
            return Answer.Task;
        }

        public Task<LogHead> ReadHeadAsync(CancellationToken cancel) => Task.FromResult(new LogHead(new(1, 0)));

        public Task<bool> TryBeginEpochAsync(long read, long epoch, DateTimeOffset? wentBackAt) => Task.FromResult(true);

        public Task<int> SweepAsync(DateTimeOffset before, int limit) => Task.FromResult(0);
    }
}
