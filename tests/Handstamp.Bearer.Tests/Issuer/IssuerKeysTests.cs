using System.Net;
using Handstamp.Bearer.Issuer;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.Issuer;

public sealed class IssuerKeysTests : IAsyncLifetime
{
    TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    SigningKey Rotate() => _issuer.Key = SigningKey.Create(JwsAlgorithm.Es256);

    async Task AcceptsAsync(TestApi api, string token) =>
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/me", token)).Status);

    async Task RefusesAsync(TestApi api, string token) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/me", token)).Status);

    [Fact]
    public async Task A_token_of_a_new_key_makes_the_API_fetch_the_keys_at_once()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        Rotate();
        await AcceptsAsync(api, _issuer.Issue());
        Assert.Equal(2, _issuer.Asked("/keys"));
    }

    [Fact]
    public async Task A_flood_of_forged_keys_causes_a_few_requests_and_then_one_per_cooldown()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var forged = Enumerable.Range(0, 20).Select(_ => _issuer.Issue(key: SigningKey.Create(JwsAlgorithm.Es256))).ToList();

        var (keys, since) = (api.Get<IssuerKeys>(), _issuer.Clock.GetUtcNow());
        var flood = Enumerable.Range(0, 10).SelectMany(_ => forged).Select(token => RefusesAsync(api, token)).ToList();
        await Eventually.TrueAsync(() => flood.TrueForAll(one => one.IsCompleted), "all requests are answered", NextQuestion);
        await Task.WhenAll(flood);
        for (var answer = keys.AskAgainAsync(); !answer.IsCompleted || await answer; answer = keys.AskAgainAsync())
            await Eventually.TrueAsync(() => answer.IsCompleted, "it is answered", NextQuestion);
        var asked = _issuer.Asked("/keys");
        Assert.InRange(asked, 1 + 2, 1 + IssuerKeys.Questions + (int)((_issuer.Clock.GetUtcNow() - since) / IssuerKeys.Cooldown));

        await RefusesAsync(api, forged[0]);
        Assert.Equal(asked, _issuer.Asked("/keys"));

        _issuer.Clock.Advance(IssuerKeys.Cooldown);
        await RefusesAsync(api, forged[0]);
        await RefusesAsync(api, forged[0]);
        Assert.Equal(asked + 1, _issuer.Asked("/keys"));
    }

    [Fact]
    public async Task A_key_that_a_first_answer_lacks_is_requested_again_after_a_pause()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        // The answer comes from a node of the issuer that has not read the new key yet.
        _issuer.Published = [_issuer.Key.PublicKey];
        var token = _issuer.Issue(key: Rotate());
        await RefusesAsync(api, token);
        _issuer.Published = null;

        var again = AcceptsAsync(api, token);
        await Eventually.TrueAsync(() => again.IsCompleted, "it is answered", NextQuestion);

        await again;
        Assert.Equal(3, _issuer.Asked("/keys"));
    }

    void NextQuestion() => _issuer.Clock.Advance(IssuerKeys.Pause);

    [Fact]
    public async Task Simultaneous_fetches_are_one_request()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var keys = api.Get<IssuerKeys>();
        var (first, second) = (keys.RefreshAsync(), keys.RefreshAsync());
        Assert.Same(first, second);
        Assert.True(await first);
    }

    [Theory]
    [InlineData("max-age=600", 600)]
    [InlineData("max-age=1", 60)]
    [InlineData("max-age=86400", 3600)]
    [InlineData("no-store", 600)]
    public async Task Old_keys_are_fetched_again_after_a_bounded_time(string caching, int seconds)
    {
        _issuer.KeyCaching = caching;
        await using var api = await TestApi.FollowAsync(_issuer);
        Assert.Equal(TimeSpan.FromSeconds(seconds), api.Get<IssuerKeys>().MaxAge);

        Rotate();
        await Eventually.TrueAsync(
            () => api.Get<IssuerKeys>().Holds(_issuer.Key.KeyId), "the new key is known",
            () => _issuer.Clock.Advance(TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public async Task Keys_stay_in_use_when_the_issuer_says_that_they_have_not_changed()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        Assert.True(await api.Get<IssuerKeys>().RefreshAsync());
        await AcceptsAsync(api, _issuer.Issue());
    }

    [Fact]
    public async Task Keys_stay_in_use_while_the_issuer_is_unavailable()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        _issuer.IsAway = true;
        Assert.False(await api.Get<IssuerKeys>().RefreshAsync());
        await AcceptsAsync(api, _issuer.Issue());
        await RefusesAsync(api, _issuer.Issue(key: SigningKey.Create(JwsAlgorithm.Es256)));
    }

    [Fact]
    public async Task An_API_starts_without_its_issuer_and_calls_no_token_invalid_until_it_has_keys()
    {
        _issuer.IsAway = true;
        await using var api = await TestApi.StartAsync(_issuer);

        var answer = await api.GetAsync("/me", _issuer.Issue());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "", TimeSpan.FromSeconds(5)), (answer.Status, answer.Challenge, answer.RetryAfter));
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/")).Status);

        _issuer.IsAway = false;
        await Eventually.TrueAsync(
            () => api.Get<IssuerKeys>().Current is not null, "the keys are fetched",
            () => _issuer.Clock.Advance(TimeSpan.FromSeconds(1)));
        await AcceptsAsync(api, _issuer.Issue());
    }

    [Theory]
    [InlineData("issuer", "https://other.example")]
    [InlineData("jwks_uri", "http://127.0.0.1:1/keys")]
    [InlineData("jwks_uri", "/keys")]
    [InlineData("handstamp_revocations_endpoint", "https://other.example/revocations")]
    public async Task A_discovery_document_that_points_elsewhere_is_not_trusted(string member, string value)
    {
        _issuer.Lies[member] = value;
        await using var api = await TestApi.StartAsync(_issuer);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.GetAsync("/me", _issuer.Issue())).Status);
        Assert.Equal(0, _issuer.Asked("/keys"));
    }

    [Fact]
    public async Task A_revoked_key_does_not_come_back_with_an_old_key_set()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (old, token) = (_issuer.Key, _issuer.Issue());
        await AcceptsAsync(api, token);
        _issuer.Published = [old.PublicKey, Rotate().PublicKey];

        _issuer.RevokeKey(old.KeyId);
        await Eventually.TrueAsync(() => !api.Get<IssuerKeys>().Holds(old.KeyId), "the key is dropped");

        await RefusesAsync(api, token);
        // The keys are in another order, so the document differs and is not just found unchanged.
        _issuer.Published = [.. _issuer.Published.Reverse()];
        Assert.True(await api.Get<IssuerKeys>().RefreshAsync());
        await RefusesAsync(api, token);
        await AcceptsAsync(api, _issuer.Issue());
    }

    [Fact]
    public async Task Tokens_of_a_revoked_key_do_not_use_up_the_fetch_for_those_of_its_successor()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (old, token) = (_issuer.Key, _issuer.Issue());
        _issuer.RevokeKey(old.KeyId);
        await Eventually.TrueAsync(() => !api.Get<IssuerKeys>().Holds(old.KeyId), "the key is dropped");
        await RefusesAsync(api, token);

        // The key is published only now, after the fetches for the revocation and for the refused token.
        Rotate();

        await AcceptsAsync(api, _issuer.Issue());
    }
}
