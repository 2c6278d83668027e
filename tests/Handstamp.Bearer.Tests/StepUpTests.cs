using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Bearer.Tests;

/// <summary>Endpoints that require a recent or a strong authentication (RFC 9470).</summary>
public sealed class StepUpTests : IAsyncLifetime
{
    const string Lacking = "Bearer error=\"insufficient_user_authentication\", error_description=\"The person has to authenticate again.\"";

    TestIssuer _issuer = null!;
    TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.FollowAsync(_issuer);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public async Task An_authentication_counts_as_recent_up_to_the_age(int seconds, bool isRecent)
    {
        var answer = await _api.GetAsync("/recent", TokenOf(seconds));

        Assert.Equal(
            isRecent ? (HttpStatusCode.OK, "") : (HttpStatusCode.Unauthorized, $"{Lacking}, max_age=\"300\""),
            (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task A_remembered_token_grows_old()
    {
        var token = TokenOf(0);
        for (var time = 0; time < 3; time++) Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync("/recent", token)).Status);

        _issuer.Clock.AdjustTime(_issuer.Clock.GetUtcNow().AddSeconds(301));

        Assert.Equal(HttpStatusCode.Unauthorized, (await _api.GetAsync("/recent", token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync("/me", token)).Status);
    }

    [Fact]
    public async Task A_token_that_does_not_say_when_or_how_is_not_enough()
    {
        var token = _issuer.Issue(token => token with { AuthenticatedAt = null, AuthenticationContext = null });

        Assert.Equal($"{Lacking}, max_age=\"300\"", (await _api.GetAsync("/recent", token)).Challenge);
        Assert.Equal($"{Lacking}, acr_values=\"2 phr phrh\"", (await _api.GetAsync("/strong", token)).Challenge);
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("2", true)]
    [InlineData("phr", true)]
    [InlineData("phrh", true)]
    [InlineData("3", false)]
    [InlineData("PHR", false)]
    public async Task A_stronger_authentication_is_enough_and_an_unknown_one_is_not(string acr, bool isEnough)
    {
        var answer = await _api.GetAsync("/strong", _issuer.Issue(token => token with { AuthenticationContext = acr }));

        Assert.Equal(
            isEnough ? (HttpStatusCode.OK, "") : (HttpStatusCode.Unauthorized, $"{Lacking}, acr_values=\"2 phr phrh\""),
            (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task Of_several_requirements_the_strictest_is_named() => Assert.Equal(
        $"{Lacking}, max_age=\"300\", acr_values=\"phr phrh\"", (await _api.GetAsync("/strictest", TokenOf(3600))).Challenge);

    [Fact]
    public void The_strictest_is_named_in_whatever_order_they_come()
    {
        var missing = new MissingAuthentication();
        missing.Add(TimeSpan.FromMinutes(5));
        missing.Add(TimeSpan.FromMinutes(9));
        missing.Add("phr");
        missing.Add("2");

        Assert.Equal($"{Lacking}, max_age=\"300\", acr_values=\"phr phrh\"", missing.Challenge);
    }

    [Fact]
    public async Task Nobody_authenticates_again_for_what_would_be_refused_anyway()
    {
        var answer = await _api.GetAsync("/recent/stock", TokenOf(3600));

        Assert.Equal((HttpStatusCode.Forbidden, "Bearer error=\"insufficient_scope\", scope=\"stock\""), (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task Without_a_token_a_token_is_asked_for()
    {
        var answer = await _api.GetAsync("/recent");

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task A_policy_can_be_asked_without_a_request()
    {
        var policy = new AuthorizationPolicyBuilder().RequireAcr("1").RequireAuthenticationWithin(TimeSpan.FromDays(1)).Build();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        Assert.True((await AskAsync(("acr", "1"), ("auth_time", $"{now}"))).Succeeded);
        Assert.False((await AskAsync(("acr", "1"), ("auth_time", "yesterday"))).Succeeded);

        Task<AuthorizationResult> AskAsync(params (string Type, string Value)[] claims) => _api.Get<IAuthorizationService>().AuthorizeAsync(
            new ClaimsPrincipal(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value)))), resource: null, policy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("mfa")]
    public void A_value_that_nobody_issues_can_not_be_required(string acr) =>
        Assert.Throws<ArgumentException>("required", () => new AuthorizationPolicyBuilder().RequireAcr(acr));

    [Fact]
    public void An_age_below_a_second_can_not_be_required() => Assert.Throws<ArgumentOutOfRangeException>(
        "age", () => new AuthorizationPolicyBuilder().RequireAuthenticationWithin(TimeSpan.FromMilliseconds(999)));

    string TokenOf(int secondsAgo) => _issuer.Issue(token => token with { AuthenticatedAt = token.IssuedAt.AddSeconds(-secondsAgo) });
}
