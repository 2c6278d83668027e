using System.Globalization;
using System.Security.Claims;
using Handstamp.Tokens;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// A token whose signature, issuer and audience are valid, and everything about it that never changes.
/// </summary>
sealed class VerifiedToken
{
    /// <summary>The maximum size of a remembered token that counts as one.</summary>
    public const int UnitSize = 2048;

    // Objects and references, in addition to texts.
    const int FixedSize = 400;
    const int MemberSize = 48;

    readonly string _issuer;
    readonly string _subject;
    readonly (string Type, string Value)[] _members;
    readonly TokenClaim[] _others;

    public VerifiedToken(AccessToken token, string keyId)
    {
        (KeyId, SessionId, ExpiresAt, KeyThumbprint) = (keyId, token.SessionId, token.ExpiresAt, token.KeyThumbprint);
        (RefreshKeyId, IssuedAt) = (token.RefreshKeyId, token.IssuedAt);
        (_issuer, _subject, _members, _others) = (token.Issuer, token.Subject, Members(token), [.. token.Others]);
        Accepted = new(this);
    }

    public string KeyId { get; }

    public Guid? SessionId { get; }

    /// <summary>The key that made the session's refresh token.</summary>
    public string? RefreshKeyId { get; }

    public DateTimeOffset IssuedAt { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The key that the user of the token has to hold, if the token is bound to one.</summary>
    public string? KeyThumbprint { get; }

    /// <summary>The verdict for as long as the token is accepted, created once.</summary>
    public TokenVerdict.Accepted Accepted { get; }

    /// <summary>
    /// How many ordinary tokens this one counts for, remembered under its text: a large one counts as several.
    /// </summary>
    public int UnitsWith(byte[] text) => 1 + ((FixedSize + text.Length
        + _members.Sum(static member => MemberSize + (2 * member.Value.Length))
        + _others.Sum(static other => MemberSize + (2 * (other.Name.Length + other.Value.Length)))) / UnitSize);

    /// <summary>
    /// A principal for one request, which the application may change. Its claims are created for it, because a claim
    /// belongs to one identity: stored claims would have to be copied anyway.
    /// </summary>
    public ClaimsPrincipal CreatePrincipal()
    {
        var identity = new ClaimsIdentity(HandstampBearerDefaults.AuthenticationScheme, "sub", "roles");
        Add(identity, "iss", _issuer);
        Add(identity, "sub", _subject);
        Add(identity, ClaimTypes.NameIdentifier, _subject);
        foreach (var (type, value) in _members)
            Add(identity, type, value, type is "iat" or "exp" or "auth_time" ? ClaimValueTypes.Integer64 : ClaimValueTypes.String);
        foreach (var other in _others)
            Add(identity, other.Name, other.Value, KindOf(other.Kind));
        return new(identity);
    }

    void Add(ClaimsIdentity identity, string type, string value, string kind = ClaimValueTypes.String) =>
        identity.AddClaim(new(type, value, kind, _issuer, _issuer, identity));

    // A list that is copied once instead of nested sequences: most tokens are seen only once.
    static (string, string)[] Members(AccessToken token)
    {
        List<(string, string)> members = [.. token.Audience.Select(audience => ("aud", audience)), ("client_id", token.ClientId)];
        if (token.SessionId is { } session)
            members.Add(("sid", session.ToString()));
        members.Add(("jti", token.TokenId));
        members.Add(("iat", Seconds(token.IssuedAt)));
        members.Add(("exp", Seconds(token.ExpiresAt)));
        if (token.Scope is { } scopes)
            members.AddRange(scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(scope => ("scope", scope)));
        members.AddRange(token.Roles.Select(role => ("roles", role)));
        members.AddRange(token.AuthenticationMethods.Select(method => ("amr", method)));
        if (token.AuthenticationContext is { } context)
            members.Add(("acr", context));
        if (token.AuthenticatedAt is { } at)
            members.Add(("auth_time", Seconds(at)));
        return [.. members];
    }

    static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    static string KindOf(TokenClaimKind kind) => kind switch
    {
        TokenClaimKind.String => ClaimValueTypes.String,
        TokenClaimKind.Boolean => ClaimValueTypes.Boolean,
        TokenClaimKind.Number => ClaimValueTypes.Double,
        _ => "JSON",
    };
}
