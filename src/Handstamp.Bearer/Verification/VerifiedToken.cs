using System.Globalization;
using System.Security.Claims;
using Handstamp.Tokens;

namespace Handstamp.Bearer.Verification;

/// <summary>A token whose signature, issuer and audience are good: what never changes about it.</summary>
sealed class VerifiedToken
{
    readonly Claim[] _claims;

    public VerifiedToken(AccessToken token, string keyId)
    {
        (KeyId, SessionId, ExpiresAt, KeyThumbprint) = (keyId, token.SessionId, token.ExpiresAt, token.KeyThumbprint);
        (RefreshKeyId, IssuedAt) = (token.RefreshKeyId, token.IssuedAt);
        _claims = [.. Claims(token)];
        Accepted = new(this);
    }

    public string KeyId { get; }

    public Guid? SessionId { get; }

    /// <summary>The key that made the session's refresh token.</summary>
    public string? RefreshKeyId { get; }

    public DateTimeOffset IssuedAt { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The key that whoever uses the token has to hold, if it is bound to one.</summary>
    public string? KeyThumbprint { get; }

    /// <summary>The verdict for as long as nothing speaks against it, made once.</summary>
    public TokenVerdict.Accepted Accepted { get; }

    /// <summary>A principal for one request, which may change it: applications do.</summary>
    public ClaimsPrincipal CreatePrincipal() =>
        new(new ClaimsIdentity(_claims, HandstampBearerDefaults.AuthenticationScheme, "sub", "roles"));

    static IEnumerable<Claim> Claims(AccessToken token) =>
        Members(token).Select(member => new Claim(member.Type, member.Value, member.Kind, token.Issuer));

    static IEnumerable<(string Type, string Value, string Kind)> Members(AccessToken token) =>
    [
        ("iss", token.Issuer, ClaimValueTypes.String),
        ("sub", token.Subject, ClaimValueTypes.String),
        (ClaimTypes.NameIdentifier, token.Subject, ClaimValueTypes.String),
        .. token.Audience.Select(audience => ("aud", audience, ClaimValueTypes.String)),
        ("client_id", token.ClientId, ClaimValueTypes.String),
        .. Optional("sid", token.SessionId?.ToString()),
        ("jti", token.TokenId, ClaimValueTypes.String),
        ("iat", Seconds(token.IssuedAt), ClaimValueTypes.Integer64),
        ("exp", Seconds(token.ExpiresAt), ClaimValueTypes.Integer64),
        .. Scopes(token).Select(scope => ("scope", scope, ClaimValueTypes.String)),
        .. token.Roles.Select(role => ("roles", role, ClaimValueTypes.String)),
        .. token.AuthenticationMethods.Select(method => ("amr", method, ClaimValueTypes.String)),
        .. token.AuthenticatedAt is { } at ? [("auth_time", Seconds(at), ClaimValueTypes.Integer64)] : Nothing,
        .. token.Others.Select(other => (other.Name, other.Value, KindOf(other.Kind))),
    ];

    static (string, string, string)[] Nothing => [];

    static (string, string, string)[] Optional(string type, string? value) =>
        value is null ? [] : [(type, value, ClaimValueTypes.String)];

    static string[] Scopes(AccessToken token) => token.Scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    static string KindOf(TokenClaimKind kind) => kind switch
    {
        TokenClaimKind.String => ClaimValueTypes.String,
        TokenClaimKind.Boolean => ClaimValueTypes.Boolean,
        TokenClaimKind.Number => ClaimValueTypes.Double,
        _ => "JSON",
    };
}
