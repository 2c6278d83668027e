using System.Net;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

/// <summary>
/// The issuer has revoked the key that made the refresh tokens of many sessions, and sends an event for the key alone.
/// </summary>
public sealed class RevokedRefreshKeyTests : IAsyncLifetime
{
    TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task A_session_whose_refresh_token_was_made_by_a_revoked_key_is_refused_without_a_call_to_the_issuer()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var (token, other) = (IssueUnder("mac-3"), IssueUnder("mac-4"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, token));
        var asked = _issuer.AskedInAll;

        await RevokedAsync(api, "mac-3");

        var answer = await api.GetAsync("/me", token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("Bearer error=\"invalid_token\", error_description=\"The token is no longer accepted, but a new one may be.\", code=\"access_token_outdated\"", answer.Challenge);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, IssueUnder("mac-3")));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, other));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, _issuer.Issue()));
        // The key set, which the API reads again after every revoked key.
        Assert.InRange(_issuer.AskedInAll - asked, 0, 2);
    }

    [Fact]
    public async Task An_earlier_token_of_a_node_whose_clock_is_ahead_is_refused()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        await RevokedAsync(api, "mac-3");
        Advance(60);

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, IssueUnder("mac-3")));
    }

    [Fact]
    public async Task A_later_key_with_the_same_name_is_a_different_key()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        await RevokedAsync(api, "mac-3");
        Advance(61);

        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, IssueUnder("mac-3")));
    }

    [Fact]
    public async Task A_revoked_key_is_forgotten_when_no_token_of_its_sessions_can_be_alive()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var before = _issuer.Clock.GetUtcNow();
        await RevokedAsync(api, "mac-3");

        Advance(61 * 60);
        await RevokedAsync(api, "mac-4", () => Advance(1));

        Assert.False(api.Get<RevokedSessions>().HasEndedWith("mac-3", before));
    }

    string IssueUnder(string refreshKey) => _issuer.Issue(token => token with { SessionId = Guid.NewGuid(), RefreshKeyId = refreshKey });

    Task RevokedAsync(TestApi api, string refreshKey, Action? meanwhile = null)
    {
        var at = _issuer.Clock.GetUtcNow();
        _issuer.RevokeKey(refreshKey);
        return Eventually.TrueAsync(() => api.Get<RevokedSessions>().HasEndedWith(refreshKey, at), "the revocation arrives", meanwhile);
    }

    void Advance(double seconds) => _issuer.Clock.Advance(TimeSpan.FromSeconds(seconds));

    static async Task<HttpStatusCode> CallAsync(TestApi api, string token) => (await api.GetAsync("/me", token)).Status;
}
