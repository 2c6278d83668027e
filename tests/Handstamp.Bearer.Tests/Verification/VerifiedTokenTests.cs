using System.Security.Claims;
using Handstamp.Bearer.Verification;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.Verification;

/// <summary>What a verified token gives to a request, and how much memory it counts for.</summary>
public sealed class VerifiedTokenTests
{
    // Objects and references of a token and of each of its members, as the bound of the memory counts them.
    const int Fixed = 400;
    const int Member = 48;

    static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_772_366_400);
    static readonly Guid Session = new("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e");

    static readonly AccessToken Least = new()
    {
        Issuer = "i",
        Subject = "s",
        Audience = ["a"],
        ClientId = "c",
        TokenId = "t",
        IssuedAt = Time,
        ExpiresAt = Time.AddMinutes(10),
    };

    static readonly AccessToken Most = Least with
    {
        Audience = ["a", "b"],
        SessionId = Session,
        Scope = " read  write ",
        Roles = ["admin", "buyer"],
        AuthenticationMethods = ["pwd", "otp"],
        AuthenticationContext = "2",
        AuthenticatedAt = Time.AddSeconds(-1),
        KeyThumbprint = "thumb",
        RefreshKeyId = "mac-1",
        Others =
        [
            new("plan", "gold", TokenClaimKind.String), new("beta", "true", TokenClaimKind.Boolean),
            new("seats", "7", TokenClaimKind.Number), new("org", """{"id":1}""", TokenClaimKind.Json),
        ],
    };

    [Fact]
    public void Each_member_is_a_claim_of_its_kind()
    {
        (string, string, string)[] claims =
        [
            ("iss", "i", ClaimValueTypes.String), ("sub", "s", ClaimValueTypes.String), (ClaimTypes.NameIdentifier, "s", ClaimValueTypes.String),
            ("aud", "a", ClaimValueTypes.String), ("aud", "b", ClaimValueTypes.String), ("client_id", "c", ClaimValueTypes.String),
            ("sid", "0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e", ClaimValueTypes.String), ("jti", "t", ClaimValueTypes.String),
            ("iat", "1772366400", ClaimValueTypes.Integer64), ("exp", "1772367000", ClaimValueTypes.Integer64),
            ("scope", "read", ClaimValueTypes.String), ("scope", "write", ClaimValueTypes.String),
            ("roles", "admin", ClaimValueTypes.String), ("roles", "buyer", ClaimValueTypes.String),
            ("amr", "pwd", ClaimValueTypes.String), ("amr", "otp", ClaimValueTypes.String), ("acr", "2", ClaimValueTypes.String),
            ("auth_time", "1772366399", ClaimValueTypes.Integer64),
            ("plan", "gold", ClaimValueTypes.String), ("beta", "true", ClaimValueTypes.Boolean),
            ("seats", "7", ClaimValueTypes.Double), ("org", """{"id":1}""", "JSON"),
        ];

        var principal = new VerifiedToken(Most, "key").CreatePrincipal();

        Assert.Equal(claims, principal.Claims.Select(claim => (claim.Type, claim.Value, claim.ValueType)));
        Assert.All(principal.Claims, claim => Assert.Equal(("i", "i"), (claim.Issuer, claim.OriginalIssuer)));
    }

    [Fact]
    public void A_member_that_is_missing_is_no_claim() => Assert.Equal(
        ["iss", "sub", ClaimTypes.NameIdentifier, "aud", "client_id", "jti", "iat", "exp"],
        new VerifiedToken(Least, "key").CreatePrincipal().Claims.Select(claim => claim.Type));

    [Fact]
    public void The_principal_is_authenticated_and_has_a_name_and_roles()
    {
        var principal = new VerifiedToken(Most, "key").CreatePrincipal();

        Assert.Equal(("s", HandstampBearerDefaults.AuthenticationScheme), (principal.Identity!.Name, principal.Identity.AuthenticationType));
        Assert.True(principal.IsInRole("buyer"));
        Assert.False(principal.IsInRole("root"));
    }

    [Fact]
    public void What_is_checked_at_each_request_is_kept()
    {
        var verified = new VerifiedToken(Most, "key");

        Assert.Equal(
            ("key", Session, "mac-1", Time, Time.AddMinutes(10), "thumb"),
            (verified.KeyId, verified.SessionId!.Value, verified.RefreshKeyId, verified.IssuedAt, verified.ExpiresAt, verified.KeyThumbprint));
        Assert.Same(verified, verified.Accepted.Token);
    }

    [Fact]
    public void A_token_counts_by_its_text_and_by_all_of_its_values()
    {
        // aud, client_id and jti have a character each; iat and exp have ten.
        var least = Fixed + (5 * Member) + (2 * (3 + 20));
        var most = least + (14 * Member) + (2 * (1 + 36 + 4 + 5 + 5 + 5 + 3 + 3 + 1 + 10 + 8 + 8 + 6 + 11));

        AssertUnits(Least, least);
        AssertUnits(Most, most);

        static void AssertUnits(AccessToken token, int size)
        {
            var verified = new VerifiedToken(token, "key");
            Assert.Equal(1, verified.UnitsWith(new byte[VerifiedToken.UnitSize - size - 1]));
            Assert.Equal(2, verified.UnitsWith(new byte[VerifiedToken.UnitSize - size]));
        }
    }
}
