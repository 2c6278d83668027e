using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class AccessTokenVerifierTests
{
    [Fact]
    public void A_good_token_is_verified()
    {
        var verified = AssertVerified(Given.WithClaims(_ => { }));

        Assert.Equal("account-1", verified.Subject);
        Assert.Equal([Given.Audience], verified.Audience);
        Assert.Null(verified.SessionId);
        Assert.Empty(verified.Others);
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("AT+JWT")]
    [InlineData("application/at+jwt")]
    [InlineData("Application/AT+jwt")]
    public void The_type_is_compared_as_a_media_type(string type) =>
        AssertVerified(Given.WithHeader(header => header["typ"] = type));

    [Fact]
    public void Unknown_members_are_ignored() =>
        AssertVerified(Given.WithHeader(header => (header["x"], header["cty"]) = (new JsonArray(1), "JWT")));

    [Fact]
    public void An_RS256_token_is_verified() =>
        Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(Given.Token.ToJwt(Given.RsaKey)));

    [Fact]
    public void Another_issuer_is_refused()
    {
        AssertOutcome(new AccessTokenOutcome.WrongIssuer(), claims => claims["iss"] = "https://other.example");
        AssertOutcome(new AccessTokenOutcome.WrongIssuer(), claims => claims["iss"] = Given.Issuer + "/");
        AssertOutcome(new AccessTokenOutcome.WrongIssuer(), claims => claims["iss"] = "HTTPS://login.example");
    }

    [Fact]
    public void Another_audience_is_refused()
    {
        AssertOutcome(new AccessTokenOutcome.WrongAudience(), claims => claims["aud"] = "https://other.example");
        AssertOutcome(new AccessTokenOutcome.WrongAudience(), claims => claims["aud"] = new JsonArray("a", "b"));
        AssertOutcome(new AccessTokenOutcome.WrongAudience(), claims => claims["aud"] = Given.Audience + "/");
    }

    [Fact]
    public void One_of_several_audiences_is_enough() =>
        AssertVerified(Given.WithClaims(claims => claims["aud"] = new JsonArray("other", Given.Audience)));

    [Fact]
    public void Expiry_is_exact_and_never_stretched_by_the_clock_skew()
    {
        var expiresAt = Given.Now.ToUnixTimeSeconds();

        AssertOutcome(new AccessTokenOutcome.Expired(Given.Now), claims => claims["exp"] = expiresAt);
        AssertVerified(Given.WithClaims(claims => claims["exp"] = expiresAt + 1));
    }

    [Theory]
    [InlineData("iat")]
    [InlineData("nbf")]
    public void A_start_in_the_future_is_refused_beyond_the_clock_skew(string claim)
    {
        var (tolerated, early) = (Given.Now.AddSeconds(10), Given.Now.AddSeconds(11));

        AssertVerified(Given.WithClaims(claims => claims[claim] = tolerated.ToUnixTimeSeconds()));
        AssertOutcome(
            new AccessTokenOutcome.NotYetValid(early), claims => claims[claim] = early.ToUnixTimeSeconds());
    }

    [Fact]
    public void The_clock_skew_can_be_set_from_none_to_five_minutes()
    {
        var jwt = Given.WithClaims(claims => claims["iat"] = Given.Now.AddSeconds(1).ToUnixTimeSeconds());
        var exact = Given.Rules with { ClockSkew = TimeSpan.Zero };

        Assert.IsType<AccessTokenOutcome.NotYetValid>(AccessTokenVerifier.Verify(jwt, Given.Keys, exact, Given.Now));
        Assert.Throws<ArgumentOutOfRangeException>(() => Given.Rules with { ClockSkew = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => Given.Rules with { ClockSkew = TimeSpan.FromMinutes(6) });
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("sub")]
    [InlineData("client_id")]
    [InlineData("jti")]
    [InlineData("iat")]
    [InlineData("exp")]
    public void Without_a_claim_that_RFC_9068_2_2_requires_a_token_is_refused(string claim) =>
        AssertMalformed($"{claim} is missing", Given.WithClaims(claims => claims.Remove(claim)));

    [Theory]
    [InlineData("iss", "null", "1", "true", "{}", "[\"https://login.example\"]", "\"\"")]
    [InlineData("aud", "null", "1", "true", "{}", "[]", "\"\"", "[1]", "[\"\"]", "[\"https://api.example\",null]")]
    [InlineData("sub", "null", "1", "true", "{}", "[]", "\"\"")]
    [InlineData("client_id", "null", "1", "true", "{}", "[]", "\"\"")]
    [InlineData("jti", "null", "1", "true", "{}", "[]", "\"\"")]
    [InlineData("iat", "null", "\"1\"", "true", "{}", "[]", "1.5", "-1")]
    [InlineData("exp", "null", "\"1893456000\"", "true", "{}", "[]", "1893456000.5", "-1")]
    [InlineData("nbf", "null", "\"1\"", "true", "{}", "[]", "1.5", "-1")]
    [InlineData("auth_time", "null", "\"1\"", "true", "{}", "[]", "1.5", "-1")]
    [InlineData("sid", "null", "1", "\"\"", "\"0195510a7c1e7a4b9d5e3f2a1b0c9d8e\"", "\"{0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e}\"")]
    [InlineData("scope", "null", "1", "[\"a\"]", "\"\"")]
    [InlineData("roles", "null", "1", "\"admin\"", "{}", "[1]", "[null]", "[[\"admin\"]]")]
    [InlineData("amr", "null", "1", "\"pwd\"", "{}", "[1]")]
    [InlineData("cnf", "null", "1", "\"x\"", "[]", "{}", "{\"jkt\":1}", "{\"jkt\":\"\"}", "{\"x5t#S256\":\"x\"}")]
    public void A_claim_of_another_type_is_refused(string claim, params string[] values)
    {
        foreach (var value in values)
            Assert.IsType<AccessTokenOutcome.Malformed>(Given.Verify(Given.WithClaim(claim, value)));
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1e999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("253402300800")]
    [InlineData("-9223372036854775808")]
    [InlineData("1893456000.0")]
    [InlineData("1.893456e9")]
    public void A_time_that_is_not_a_plain_number_of_seconds_is_refused(string number)
    {
        foreach (var claim in (string[])["exp", "iat", "nbf", "auth_time"])
            AssertMalformed(
                $"{claim} must be a whole number of seconds since 1970", Given.WithClaim(claim, number));
    }

    [Fact]
    public void The_last_possible_second_can_be_written() => AssertVerified(Given.WithClaim("exp", "253402300799"));

    [Fact]
    public void Other_claims_are_returned_by_kind()
    {
        var jwt = Given.WithClaims(claims =>
        {
            claims["text"] = "a";
            claims["number"] = JsonNode.Parse("1.50");
            claims["flag"] = true;
            claims["list"] = new JsonArray("a", "b");
            claims["mixed"] = new JsonArray("a", 1);
            claims["none"] = new JsonArray();
            claims["nothing"] = null;
            claims["tier"] = "gold";
            claims["nbf"] = 1;
        });

        Assert.Equal(
            [
                new TokenClaim("text", "a", TokenClaimKind.String),
                new TokenClaim("number", "1.50", TokenClaimKind.Number),
                new TokenClaim("flag", "true", TokenClaimKind.Boolean),
                new TokenClaim("list", "a", TokenClaimKind.String),
                new TokenClaim("list", "b", TokenClaimKind.String),
                new TokenClaim("mixed", """["a",1]""", TokenClaimKind.Json),
                new TokenClaim("none", "[]", TokenClaimKind.Json),
                new TokenClaim("nothing", "null", TokenClaimKind.Json),
                new TokenClaim("tier", "gold", TokenClaimKind.String),
            ],
            AssertVerified(jwt).Others);
    }

    [Fact]
    public void A_claim_whose_name_only_resembles_a_known_one_has_no_effect()
    {
        var token = AssertVerified(Given.WithClaims(claims => claims["Roles"] = new JsonArray("admin")));

        Assert.Empty(token.Roles);
    }

    static AccessToken AssertVerified(string jwt) =>
        Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(jwt)).Token;

    static void AssertOutcome(AccessTokenOutcome expected, Action<JsonObject> change) =>
        Assert.Equal(expected, Given.Verify(Given.WithClaims(change)));

    static void AssertMalformed(string reason, string jwt) =>
        Assert.Equal(new AccessTokenOutcome.Malformed(reason), Given.Verify(jwt));
}
