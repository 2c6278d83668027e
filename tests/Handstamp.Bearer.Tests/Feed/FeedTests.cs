using System.Net;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Bearer.Tests.Feed;

/// <summary>What an API learns from the feed.</summary>
public sealed class FeedTests : FollowingTests
{
    [Fact]
    public async Task A_revoked_session_is_refused_without_a_call_to_the_issuer()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var (session, token) = Issue();
        var other = Issuer.Issue();
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, token));
        var asked = Issuer.AskedInAll;

        Issuer.Revoke(session);
        await RevokedAsync(api, session);

        var answer = await api.GetAsync("/me", token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("Bearer error=\"invalid_token\", error_description=\"The session of the token has been ended.\", code=\"session_revoked\"", answer.Challenge);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(api, other));
        Assert.Equal(asked, Issuer.AskedInAll);
    }

    [Fact]
    public async Task If_another_session_has_replaced_it_the_caller_is_told_that_a_fresh_token_may_work()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var (session, token) = Issue();
        Issuer.Revoke(session, reason: "replaced");
        await RevokedAsync(api, session);

        var answer = await api.GetAsync("/me", token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal(Outdated, answer.Challenge);
    }

    [Fact]
    public async Task A_token_that_is_first_seen_after_its_session_ended_is_refused()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var (session, token) = Issue();
        Issuer.Revoke(session);
        await RevokedAsync(api, session);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, token));
    }

    [Fact]
    public async Task Earlier_revocations_are_known_before_the_API_counts_as_following()
    {
        var (session, token) = Issue();
        Issuer.Revoke(session);
        await using var api = await TestApi.FollowAsync(Issuer);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, token));
    }

    [Fact]
    public async Task A_revoked_session_is_forgotten_when_no_token_of_it_can_be_alive()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var revoked = api.Get<RevokedSessions>();
        var (first, _) = Issue();
        Issuer.Revoke(first);
        await RevokedAsync(api, first);

        Advance(61 * 60);
        var (second, _) = Issue();
        Issuer.Revoke(second);
        await Eventually.TrueAsync(() => revoked.Contains(second), "the revocation arrives", () => Advance(1));
        await Eventually.TrueAsync(() => !revoked.Contains(first), "the earlier one is forgotten");
        Assert.Equal(1, revoked.Count);
    }

    [Fact]
    public async Task After_a_break_the_feed_resumes_where_it_was()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var (before, _) = Issue();
        Issuer.Revoke(before);
        await RevokedAsync(api, before);
        Issuer.CutFeeds();
        await Eventually.TrueAsync(() => Issuer.Followers == 0, "the line is cut");
        var (meanwhile, token) = Issue();
        Issuer.Revoke(meanwhile);

        await Eventually.TrueAsync(() => Issuer.Followers == 1, "the API is back", () => Advance(0.1));
        await RevokedAsync(api, meanwhile);

        Assert.Equal(["", "1-1"], Issuer.ResumedFrom);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, token));
    }

    [Fact]
    public async Task In_a_new_epoch_the_feed_starts_again_and_nothing_is_forgotten()
    {
        await using var api = await TestApi.FollowAsync(Issuer);
        var (before, ended) = Issue();
        Issuer.Revoke(before);
        await RevokedAsync(api, before);
        Issuer.CutFeeds();
        await Eventually.TrueAsync(() => Issuer.Followers == 0, "the line is cut");
        Issuer.GoBack();
        var (after, token) = Issue();
        Issuer.Revoke(after);

        await Eventually.TrueAsync(() => Issuer.Followers == 1, "the API is back", () => Advance(0.1));
        await RevokedAsync(api, after);

        Assert.Equal(["", "1-1"], Issuer.ResumedFrom);
        Assert.Equal("2-1", api.Get<FeedReader>().LastEventId);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(api, ended));
    }
}
