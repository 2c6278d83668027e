using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class AccessTokenTests
{
    [Fact]
    public void The_header_is_exactly_alg_typ_and_kid() => Assert.Equal(
        $$"""{"alg":"ES256","typ":"at+jwt","kid":"{{Given.Key.KeyId}}"}""",
        Segment(Given.Token.ToJwt(Given.Key), 0));

    [Fact]
    public void The_claims_are_those_of_RFC_9068() => Assert.Equal(
        """
        {"iss":"https://login.example","aud":"https://api.example","sub":"account-1","client_id":"web","jti":"token-1",
        "iat":1772366400,"exp":1772367000,"sid":"0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e","refresh_kid":"mac-3","scope":"profile orders",
        "roles":["admin","buyer"],"amr":["pwd","otp"],"acr":"1","auth_time":1772362800,"cnf":{"jkt":"thumb"}}
        """.ReplaceLineEndings(""),
        Segment((Given.Token with { KeyThumbprint = "thumb", RefreshKeyId = "mac-3" }).ToJwt(Given.Key), 1));

    [Fact]
    public void Absent_values_are_not_written()
    {
        var bare = Given.Token with
        {
            SessionId = null,
            RefreshKeyId = null,
            Scope = null,
            Roles = [],
            AuthenticationMethods = [],
            AuthenticationContext = null,
            AuthenticatedAt = null,
        };

        Assert.Equal(
            ["iss", "aud", "sub", "client_id", "jti", "iat", "exp"], Claims(bare).Select(claim => claim.Key));
        Assert.False(Claims(bare with { Scope = "" }).ContainsKey("scope"));
    }

    [Fact]
    public void One_audience_is_a_string_and_several_are_a_list()
    {
        Assert.Equal("\"a\"", Claims(Given.Token with { Audience = ["a"] })["aud"]!.ToJsonString());
        Assert.Equal("[\"a\",\"b\"]", Claims(Given.Token with { Audience = ["a", "b"] })["aud"]!.ToJsonString());
    }

    [Fact]
    public void One_role_and_one_method_are_still_lists()
    {
        var claims = Claims(Given.Token with { Roles = ["admin"], AuthenticationMethods = ["pwd"] });

        Assert.Equal("[\"admin\"]", claims["roles"]!.ToJsonString());
        Assert.Equal("[\"pwd\"]", claims["amr"]!.ToJsonString());
    }

    [Fact]
    public void Custom_claims_are_written_by_kind_and_several_of_one_name_are_a_list()
    {
        var claims = Claims(Given.Token with
        {
            Others =
            [
                new("team", "red", TokenClaimKind.String),
                new("level", "1.50", TokenClaimKind.Number),
                new("team", "blue", TokenClaimKind.String),
                new("beta", "true", TokenClaimKind.Boolean),
                new("address", """{"city":"Köln"}""", TokenClaimKind.Json),
            ],
        });

        Assert.Equal("""["red","blue"]""", claims["team"]!.ToJsonString());
        Assert.Equal("1.50", claims["level"]!.ToJsonString());
        Assert.Equal("true", claims["beta"]!.ToJsonString());
        Assert.Equal("Köln", claims["address"]!["city"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("SUB")]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("roles")]
    [InlineData("scope")]
    [InlineData("cnf")]
    [InlineData("acr")]
    [InlineData("act")]
    public void A_custom_claim_may_not_use_a_reserved_name(string name)
    {
        Assert.True(AccessToken.IsReserved(name));
        Assert.Throws<InvalidOperationException>(() => WithOther(new(name, "x", TokenClaimKind.String)));
    }

    [Theory]
    [InlineData("email")]
    [InlineData("https://example.com/roles")]
    [InlineData("")]
    public void Any_other_name_is_free(string name) => Assert.False(AccessToken.IsReserved(name));

    [Theory]
    [InlineData(TokenClaimKind.Json, "{")]
    [InlineData(TokenClaimKind.Json, "1,\"sub\":\"other\"")]
    [InlineData(TokenClaimKind.Number, "1 2")]
    [InlineData(TokenClaimKind.Number, "")]
    [InlineData(TokenClaimKind.Boolean, "True")]
    public void A_custom_claim_that_is_not_one_JSON_value_is_not_signed(TokenClaimKind kind, string value)
    {
        Assert.ThrowsAny<Exception>(() => WithOther(new("custom", value, kind)));

        // The next token does not contain the incomplete claim.
        Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(Given.Token.ToJwt(Given.Key)));
    }

    [Fact]
    public void A_token_that_is_too_long_for_verifiers_is_not_signed() => Assert.Throws<InvalidOperationException>(
        () => WithOther(new("custom", new string('x', 8192), TokenClaimKind.String)));

    [Fact]
    public void A_signed_token_is_read_with_the_same_content() =>
        Tokens.Sample(token =>
        {
            foreach (var key in (SigningKey[])[Given.Key, Given.RsaKey])
            {
                var verified = Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(token.ToJwt(key)));
                Assert.Equal(key.KeyId, verified.KeyId);
                Assert.Equivalent(token, verified.Token, strict: true);
            }
        }, iter: 200);

    [Fact]
    public void A_token_needs_little_more_memory_than_its_text_and_its_signature()
    {
        var token = Given.Token;
        token.ToJwt(Given.Key);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var jwt = token.ToJwt(Given.Key);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (2 * jwt.Length) + 1024);
    }

    static readonly Gen<string> Text =
        Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u00A1', '\uD7FF'], Gen.Const('"'), Gen.Const('\\'))
            .Array[1, 12].Select(characters => new string(characters));

    static readonly Gen<TokenClaim> Other = Gen.OneOf(
        Text.Select(value => new TokenClaim("text", value, TokenClaimKind.String)),
        Gen.Long.Select(value => new TokenClaim("number", $"{value}", TokenClaimKind.Number)),
        Gen.Bool.Select(value => new TokenClaim("flag", value ? "true" : "false", TokenClaimKind.Boolean)),
        Text.Select(value => new TokenClaim("tree", $"{{\"a\":{JsonSerializer.Serialize(value)}}}", TokenClaimKind.Json)));

    static readonly Gen<AccessToken> Tokens =
        from texts in Text.Array[3]
        from audience in Text.List[0, 2]
        from session in Gen.Byte.Array[16]
        from optional in Gen.Bool.Array[5]
        from roles in Text.List[0, 3]
        from methods in Text.List[0, 3]
        from others in Other.List[0, 4]
        select new AccessToken
        {
            Issuer = Given.Issuer,
            Subject = texts[0],
            Audience = [.. audience, Given.Audience],
            IssuedAt = Given.Now,
            ExpiresAt = Given.Now.AddMinutes(10),
            TokenId = texts[1],
            ClientId = texts[2],
            SessionId = optional[0] ? new Guid(session) : null,
            Scope = optional[1] ? texts[0] : null,
            Roles = roles,
            AuthenticationMethods = methods,
            AuthenticationContext = optional[4] ? texts[2] : null,
            AuthenticatedAt = optional[2] ? Given.Now : null,
            KeyThumbprint = optional[3] ? texts[1] : null,
            Others = [.. others.DistinctBy(claim => claim.Name)],
        };

    static string WithOther(TokenClaim claim) => (Given.Token with { Others = [claim] }).ToJwt(Given.Key);

    static JsonObject Claims(AccessToken token) => JsonNode.Parse(Segment(token.ToJwt(Given.Key), 1))!.AsObject();

    static string Segment(string jwt, int index) =>
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(jwt.Split('.')[index]));
}
