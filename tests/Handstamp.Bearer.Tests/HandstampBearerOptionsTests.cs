using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Bearer.Tests;

public sealed class HandstampBearerOptionsTests
{
    static Task<TestApi> StartAsync(Action<HandstampBearerOptions> change) =>
        TestApi.StartAsync("http://127.0.0.1:1", TimeProvider.System, change);

    static async Task RefusesAsync(Action<HandstampBearerOptions> change, string failure)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(change));
        Assert.Equal(failure, fault.Message);
    }

    [Theory]
    [InlineData("https://auth.example.com")]
    [InlineData("https://auth.example.com/base/")]
    [InlineData("http://localhost:5110")]
    [InlineData("http://[::1]:5110")]
    public void An_address_that_nobody_can_eavesdrop_on_is_an_authority(string authority)
    {
        var options = new HandstampBearerOptions { Authority = authority };
        var environment = WebApplication.CreateSlimBuilder().Environment;
        Assert.True(new HandstampBearerOptionsValidator(environment).Validate(null, options).Succeeded);
    }

    [Theory]
    [InlineData("", "must be the address of the issuer, as in https://auth.example.com.")]
    [InlineData("auth.example.com", "must be the address of the issuer, as in https://auth.example.com.")]
    [InlineData("ftp://auth.example.com", "must be the address of the issuer, as in https://auth.example.com.")]
    [InlineData("http://auth.example.com", "must be https. Plain http is only for this machine.")]
    [InlineData("https://auth.example.com?a=b", "must have no query, fragment or user.")]
    [InlineData("https://ada@auth.example.com", "must have no query, fragment or user.")]
    public Task Any_other_authority_stops_the_start(string authority, string failure) => RefusesAsync(
        options => options.Authority = authority, $"Handstamp: Authority '{authority}' {failure}");

    [Fact]
    public Task An_empty_audience_stops_the_start() => RefusesAsync(
        options => options.Audiences.Add(" "), "Handstamp: Audiences holds an empty name.");

    [Theory]
    [InlineData("")]
    [InlineData("a secret")]
    [InlineData("hsa_a b")]
    public Task An_invalid_credential_stops_the_start_and_is_not_repeated(string credential) => RefusesAsync(
        options => options.Credential = credential,
        "Handstamp: Credential is not a credential that `handstamp api add` printed (hsa_…).");

    [Fact]
    public Task An_unknown_policy_stops_the_start() => RefusesAsync(
        options => options.OnFeedLost = (FeedLossPolicy)7, "Handstamp: OnFeedLost has the unknown value 7.");

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_001)]
    public Task A_bound_out_of_range_stops_the_start(int bound) => RefusesAsync(
        options => options.MaxRememberedTokens = bound, "Handstamp: MaxRememberedTokens must be from 2 to 1,000,000.");

    [Theory]
    [InlineData(-1)]
    [InlineData(301)]
    public Task A_clock_skew_out_of_range_stops_the_start(int seconds) => RefusesAsync(
        options => options.ClockSkew = TimeSpan.FromSeconds(seconds), "Handstamp: ClockSkew must be from 0 to 5 minutes.");

    [Theory]
    [InlineData("api.example.com")]
    [InlineData("ftp://api.example.com")]
    [InlineData("https://api.example.com/")]
    [InlineData("https://api.example.com/orders")]
    [InlineData("https://ada@api.example.com")]
    public Task An_invalid_origin_stops_the_start(string origin) => RefusesAsync(
        options => options.PublicOrigin = origin,
        $"Handstamp: PublicOrigin '{origin}' must be a scheme and a host, as in https://api.example.com.");

    [Fact]
    public Task A_nonce_key_of_another_length_stops_the_start() => RefusesAsync(
        options => (options.DpopNonceKey, options.PublicOrigin) = (new byte[16], "https://api.example.com"),
        "Handstamp: DpopNonceKey must have 32 bytes.");

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, 32)]
    public async Task An_API_that_requires_proofs_must_know_its_address_except_in_development(bool nonces, int? keyLength)
    {
        void Change(HandstampBearerOptions options) =>
            (options.RequireDpopNonce, options.DpopNonceKey) = (nonces, keyLength is { } length ? new byte[length] : null);

        await RefusesAsync(
            Change,
            "Handstamp: PublicOrigin must be set if RequireDpopNonce or DpopNonceKey is set. Proofs name the address that callers see, "
            + "such as https://api.example.com.");
        await using var api = await TestApi.StartAsync("http://127.0.0.1:1", TimeProvider.System, Change, environment: "Development");
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("quo\"te")]
    public void An_invalid_scope_is_refused_where_it_is_written(string scope) =>
        Assert.Throws<ArgumentException>(() => new ScopeRequirement(scope));

    [Fact]
    public async Task The_API_can_have_its_own_audiences()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var api = await TestApi.FollowAsync(issuer, options => options.Audiences.Add("orders"));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await api.GetAsync("/me", issuer.Issue())).Status);
        var token = issuer.Issue(token => token with { Audience = ["stock", "orders"] });
        Assert.Equal(System.Net.HttpStatusCode.OK, (await api.GetAsync("/me", token)).Status);
    }
}
