using Xunit;
using static Handstamp.Tokens.Tests.Attacks.Attack;

namespace Handstamp.Tokens.Tests.Attacks;

/// <summary>Attacks on the content of the claims.</summary>
public sealed class ClaimsAttackTests
{
    // RFC 7519 §4, RFC 7515 §4; Bishop Fox, "An Exploration of JSON Interoperability Vulnerabilities" (2021).
    [Theory]
    [InlineData("\"sub\":\"admin\"")]
    [InlineData("\"\\u0073ub\":\"admin\"")]
    [InlineData("\"exp\":4102444800")]
    [InlineData("\"x\":{\"a\":1,\"a\":2}")]
    public void A_claim_that_comes_twice(string second) =>
        AssertMalformed(Given.WithPayload($"{Given.Claims.ToJsonString()[..^1]},{second}}}"));

    // The message about a bad token must not help to make a good one (CVE-2019-7644).
    [Fact]
    public void A_refusal_repeats_nothing_of_the_claims()
    {
        var outcome = Given.Verify(Given.WithClaim("sub", "{\"secret\":\"canary\"}"));

        Assert.DoesNotContain("canary", outcome.ToString());
    }

    // CVE-2024-53861, CVE-2025-30144, RFC 8725 §3.8: an issuer that resembles ours, contains it, or is one of a list.
    [Theory]
    [InlineData("\"https://login.example/\"")]
    [InlineData("\"HTTPS://login.example\"")]
    [InlineData("\"https://login.example.evil.example\"")]
    [InlineData("\"https://login.exampl\"")]
    [InlineData("\"https://login.example\\u0000\"")]
    [InlineData("\" https://login.example\"")]
    [InlineData("[\"https://evil.example\",\"https://login.example\"]")]
    [InlineData("{\"https://login.example\":1}")]
    public void Another_issuer(string issuer) => AssertRefused(Given.WithClaim("iss", issuer));

    // CVE-2020-26160, RFC 8725 §3.9: an audience that is empty, resembles ours, or contains it.
    [Theory]
    [InlineData("[]")]
    [InlineData("\"\"")]
    [InlineData("[\"\"]")]
    [InlineData("null")]
    [InlineData("\"https://api.example/\"")]
    [InlineData("\"https://api.example https://other.example\"")]
    [InlineData("[\"https://api\",\".example\"]")]
    [InlineData("[[\"https://api.example\"]]")]
    [InlineData("{\"0\":\"https://api.example\"}")]
    [InlineData("\"*\"")]
    public void Another_audience(string audience) => AssertRefused(Given.WithClaim("aud", audience));

    // RFC 7519 §4.1.4: a token that would never expire, because readers round, wrap, or misread the unit of its time.
    [Theory]
    [InlineData("-1")]
    [InlineData("1e400")]
    [InlineData("1e999999999")]
    [InlineData("9999999999.5")]
    [InlineData("4102444800000000000000")]
    [InlineData("18446744073709551615")]
    [InlineData("253402300800")]
    [InlineData("\"4102444800\"")]
    [InlineData("[4102444800]")]
    [InlineData("{\"$gt\":0}")]
    [InlineData("true")]
    [InlineData("null")]
    public void An_invalid_expiry(string expiry) => AssertMalformed(Given.WithClaim("exp", expiry));

    // CWE-613.
    [Fact]
    public void No_expiry_at_all() => AssertMalformed(Given.WithClaims(claims => claims.Remove("exp")));

    // RFC 8259 §7: an escaped name is the same name.
    [Theory]
    [InlineData("\\u0065xp")]
    [InlineData("e\\u0078\\u0070")]
    public void An_expiry_that_hides_in_an_escaped_name(string name)
    {
        var claims = Given.Claims;
        claims.Remove("exp");

        Assert.IsType<AccessTokenOutcome.Expired>(Given.Verify(Given.WithPayload($"{claims.ToJsonString()[..^1]},\"{name}\":1}}")));
    }

    // RFC 7519 §4.1.5, §4.1.6: a token made ahead of its time, for later use.
    [Theory]
    [InlineData("nbf")]
    [InlineData("iat")]
    public void A_token_from_the_future(string claim) => Assert.IsType<AccessTokenOutcome.NotYetValid>(
        Given.Verify(Given.WithClaims(claims => claims[claim] = Given.Now.AddMinutes(1).ToUnixTimeSeconds())));

    // RFC 9449 §6, RFC 8705 §3: a bound token that passes as an unbound one, because its kind of binding is unknown.
    [Theory]
    [InlineData("{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}")]
    [InlineData("{\"jkt\":null}")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_binding_that_is_not_understood(string confirmation) => AssertMalformed(Given.WithClaim("cnf", confirmation));
}
