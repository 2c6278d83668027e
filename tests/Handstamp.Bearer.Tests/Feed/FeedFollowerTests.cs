using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

/// <summary>What the follower waits for between connections, and what it logs.</summary>
public sealed class FeedFollowerTests : FollowingTests
{
    const int Followed = 6100;
    const int Broken = 6101;
    const int NotOffered = 6103;

    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan SlowRetry = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task That_the_API_follows_is_logged_once()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var (session, _) = Issue();
        Issuer.Beat();
        Issuer.Revoke(session);
        await RevokedAsync(api, session);

        Assert.Equal($"Information Following the revocation feed of {Issuer.Address}. ", Assert.Single(api.Logs.Of(Followed)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_breaks_is_logged(bool isAway)
    {
        await using var api = await TestApi.FollowAsync(Issuer);

        if (isAway) Issuer.IsAway = true;
        else Issuer.CutFeeds();

        await Eventually.TrueAsync(() => api.Logs.Of(Broken).Any(), "the break is logged");
        Assert.StartsWith(
            $"Warning The connection to the revocation feed of {Issuer.Address} broke. The library tries again. {(isAway ? "System" : "")}",
            api.Logs.Of(Broken).First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nothing", "404")]
    [InlineData("/keys", "The revocation feed is not a stream of events.")]
    public async Task An_answer_that_is_no_feed_counts_as_a_break(string path, string reason)
    {
        Issuer.Lies["handstamp_revocations_endpoint"] = Issuer.Address + path;
        await using var api = await TestApi.StartAsync(Issuer);

        await Eventually.TrueAsync(() => api.Logs.Of(Broken).Count() > 1, "it tries again", () => Issuer.Clock.Advance(LongestPause));

        Assert.All(api.Logs.Of(Broken), line => Assert.Contains(reason, line, StringComparison.Ordinal));
        Assert.Equal(FeedState.Connecting, api.Feed);
    }

    [Fact]
    public async Task After_a_connection_that_worked_the_pause_is_short_again()
    {
        var time = new RecordingTime(Issuer.Clock);
        await using var api = await TestApi.StartAsync(Issuer.Address, time);
        for (var connections = 1; connections <= 5; connections++)
        {
            await Eventually.TrueAsync(() => Issuer.ResumedFrom.Count >= connections, "it connects", () => Issuer.Clock.Advance(ShortestPause));
            await Eventually.TrueAsync(() => api.Get<FeedStatus>().Silence < ShortestPause, "it hears", Issuer.Beat);
            Issuer.CutFeeds();
        }

        Assert.DoesNotContain(time.Waits, wait => wait > ShortestPause && wait <= LongestPause);
    }

    [Fact]
    public async Task An_issuer_without_a_feed_is_asked_every_half_minute_and_named_once()
    {
        Issuer.HasFeed = false;
        var time = new RecordingTime(Issuer.Clock);
        await using var api = await TestApi.StartAsync(Issuer.Address, time);

        await Eventually.TrueAsync(
            () => time.Waits.Count(wait => wait == SlowRetry) > 2, "it looks again", () => Issuer.Clock.Advance(SlowRetry));

        Assert.Equal(
            $"Warning {Issuer.Address} offers no revocation feed, so this API does not notice revocations. ", Assert.Single(api.Logs.Of(NotOffered)));
    }

    [Fact]
    public async Task An_API_that_stops_does_not_complain()
    {
        await using var api = await TestApi.FollowAsync(Issuer);

        foreach (var service in api.Services.GetServices<IHostedService>()) await service.StopAsync(default);

        Assert.Empty(api.Logs.Of(Broken));
    }

    [Fact]
    public async Task The_second_fetch_of_a_key_that_a_first_answer_lacks_waits_for_a_pause()
    {
        var time = new RecordingTime(Issuer.Clock);
        await using var api = await TestApi.StartAsync(Issuer.Address, time);
        await api.FollowsAsync();
        var fetches = Issuer.Asked("/keys");
        Issuer.Published = [Issuer.Key.PublicKey];
        Issuer.Key = SigningKey.Create(JwsAlgorithm.Es256);

        Issuer.Revoke(Guid.NewGuid());
        await Eventually.TrueAsync(() => time.Waits.Contains(IssuerKeys.Pause), "it waits");

        Assert.Equal(fetches + 1, Issuer.Asked("/keys"));
    }

    [Fact]
    public async Task A_revoked_key_is_logged_with_its_name()
    {
        await using var api = await TestApi.FollowAsync(Issuer);

        Issuer.RevokeKey("sig-7");
        await Eventually.TrueAsync(() => api.Logs.Of(6002).Any(), "it is logged");

        Assert.Equal(
            "Warning The issuer has revoked its key sig-7. Tokens of this key are refused. ", Assert.Single(api.Logs.Of(6002)));
    }
}
