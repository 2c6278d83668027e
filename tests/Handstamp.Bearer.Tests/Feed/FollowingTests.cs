using System.Net;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

/// <summary>An issuer, and APIs that follow its feed.</summary>
public abstract class FollowingTests : IAsyncLifetime
{
    internal const string Outdated =
        "Bearer error=\"invalid_token\", error_description=\"The token is no longer accepted, but a new one may be.\", code=\"access_token_outdated\"";

    private protected TestIssuer Issuer { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Issuer = await TestIssuer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Issuer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected (Guid Session, string Token) Issue(SigningKey? key = null)
    {
        var session = Guid.NewGuid();
        return (session, Issuer.Issue(token => token with { SessionId = session }, key));
    }

    private protected void Advance(double seconds) => Issuer.Clock.Advance(TimeSpan.FromSeconds(seconds));

    private protected static async Task<HttpStatusCode> CallAsync(TestApi api, string token) => (await api.GetAsync("/me", token)).Status;

    private protected static Task RevokedAsync(TestApi api, Guid session) =>
        Eventually.TrueAsync(() => api.Get<RevokedSessions>().Contains(session), "the revocation arrives");

    private protected static async Task HealthIsAsync(TestApi api, HealthStatus status, string description)
    {
        var health = await api.HealthAsync();
        Assert.Equal((status, description), (health.Status, health.Description));
    }
}
