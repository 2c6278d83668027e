using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>The status and the headers of a refusal.</summary>
public sealed class RefusalTests
{
    static IHeaderDictionary Head(Refusal refusal)
    {
        var response = new DefaultHttpContext().Response;
        refusal.WriteHead(response);
        Assert.Equal(refusal.Problem.Status, response.StatusCode);
        return response.Headers;
    }

    [Theory]
    [InlineData(-1, "1")]
    [InlineData(0.2, "1")]
    [InlineData(1, "1")]
    [InlineData(1.001, "2")]
    [InlineData(90, "90")]
    public void A_pause_is_in_whole_seconds_and_at_least_one(double seconds, string header) =>
        Assert.Equal(header, Head(new Refusal(Problems.TooManyRequests, RetryAfter: TimeSpan.FromSeconds(seconds))).RetryAfter);

    [Fact]
    public void A_refusal_is_never_stored_and_has_no_pause_or_challenge_by_itself()
    {
        var head = Head(Problems.NotFound);

        Assert.Equal("no-store", head.CacheControl);
        Assert.Equal(0, head.RetryAfter.Count);
        Assert.Equal(0, head.WWWAuthenticate.Count);
    }

    [Fact]
    public void A_challenge_says_what_is_wrong_with_the_token()
    {
        var problem = Problems.AccessTokenInvalid;

        Assert.Equal("Bearer", Head(BearerChallenge.ForMissing(problem)).WWWAuthenticate);
        Assert.Equal(
            $"Bearer error=\"invalid_token\", error_description=\"{problem.Title}\", code=\"access_token_invalid\"",
            Head(BearerChallenge.ForInvalid(problem)).WWWAuthenticate);
        Assert.Equal(
            $"Bearer error=\"{problem.OAuthError}\", error_description=\"{problem.Title}\", max_age=\"90\"",
            Head(BearerChallenge.ForOldLogin(problem, TimeSpan.FromSeconds(90.9))).WWWAuthenticate);
    }
}
