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
    public void An_address_that_nobody_can_eavesdrop_on_is_an_authority(string authority) => Accepts(options => options.Authority = authority);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1_000_000, 300)]
    public void The_last_values_of_a_range_are_good(int remembered, int skew) => Accepts(options =>
        (options.MaxRememberedTokens, options.ClockSkew) = (remembered, TimeSpan.FromSeconds(skew)));

    [Theory]
    [InlineData("https://api.example.com")]
    [InlineData("http://api.example.com:8080")]
    public void A_scheme_and_a_host_are_an_origin(string origin) => Accepts(options => options.PublicOrigin = origin);

    [Fact]
    public void An_authority_that_was_not_set_is_empty_and_a_slash_at_its_end_does_not_count()
    {
        Assert.Equal("", new HandstampBearerOptions().Authority);
        Assert.Equal("", new HandstampBearerOptions { Authority = null! }.Authority);
        Assert.Equal("https://auth.example.com", new HandstampBearerOptions { Authority = "https://auth.example.com/" }.Authority);
    }

    [Fact]
    public void Each_failure_is_a_sentence_of_its_own()
    {
        var failures = Validate(options => (options.OnFeedLost, options.MaxRememberedTokens) = ((FeedLossPolicy)7, 1)).Failures;

        Assert.Equal(
            ["Handstamp: OnFeedLost has the unknown value 7.", "Handstamp: MaxRememberedTokens must be from 2 to 1,000,000."], failures);
    }

    static void Accepts(Action<HandstampBearerOptions> change) => Assert.True(Validate(change).Succeeded);

    static ValidateOptionsResult Validate(Action<HandstampBearerOptions> change)
    {
        var options = new HandstampBearerOptions { Authority = "https://auth.example.com" };
        change(options);
        return new HandstampBearerOptionsValidator(WebApplication.CreateSlimBuilder().Environment).Validate(null, options);
    }

    [Theory]
    [InlineData("", "must be the address of the issuer, as in https://auth.example.com.")]
    [InlineData("auth.example.com", "must be the address of the issuer, as in https://auth.example.com.")]
    [InlineData("ftp://auth.example.com", "must be the address of the issuer, as in https://auth.example.com.")]
    [InlineData("http://auth.example.com", "must be https. Plain http is only for this machine.")]
    [InlineData("https://auth.example.com#a", "must have no query, fragment or user.")]
    [InlineData("https://auth.example.com?a=b", "must have no query, fragment or user.")]
    [InlineData("https://ada@auth.example.com", "must have no query, fragment or user.")]
    public Task Any_other_authority_stops_the_start(string authority, string failure) => RefusesAsync(
        options => options.Authority = authority, $"Handstamp: Authority '{authority}' {failure}");

    [Fact]
    public Task An_empty_audience_stops_the_start() => RefusesAsync(
        options =>
        {
            options.Audiences.Add("orders");
            options.Audiences.Add(" ");
        },
        "Handstamp: Audiences holds an empty name.");

    [Theory]
    [InlineData("")]
    [InlineData("a secret")]
    [InlineData("hsa_a b")]
    [InlineData("hsa_a\u007f")]
    [InlineData("other_a")]
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
    [InlineData("back\\slash")]
    [InlineData("caf\u00e9")]
    [InlineData("a\u007f")]
    public void An_invalid_scope_is_refused_where_it_is_written(string scope) => Assert.StartsWith(
        $"'{scope}' is not a scope.", Assert.Throws<ArgumentException>(nameof(scope), () => new ScopeRequirement(scope)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_requirement_says_what_it_requires()
    {
        Assert.Equal("the scope orders:~read!", $"{new ScopeRequirement("orders:~read!")}");
        Assert.Equal("an authentication within 00:05:00", $"{new AgeRequirement(TimeSpan.FromMinutes(5))}");
        Assert.Equal("the acr phr", $"{new AcrRequirement("phr")}");
    }

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
