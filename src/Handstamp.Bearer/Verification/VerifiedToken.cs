using System.Globalization;
using System.Security.Claims;
using Handstamp.Tokens;

namespace Handstamp.Bearer.Verification;

/// <summary>A token whose signature, issuer and audience are good: what never changes about it.</summary>
sealed class VerifiedToken
{
    /// <summary>What a remembered token takes at most, of those that count as one.</summary>
    public const int UnitSize = 2048;

    // Objects and references, besides texts.
    const int FixedSize = 300;
    const int MemberSize = 24;
    const int TextSize = 24;

    readonly string _issuer;
    readonly Member[] _members;

    public VerifiedToken(AccessToken token, string keyId)
    {
        (KeyId, SessionId, ExpiresAt, KeyThumbprint) = (keyId, token.SessionId, token.ExpiresAt, token.KeyThumbprint);
        _issuer = token.Issuer;
        _members = Members(token);
        Accepted = new(this);
    }

    public string KeyId { get; }

    public Guid? SessionId { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The key that whoever uses the token has to hold, if it is bound to one.</summary>
    public string? KeyThumbprint { get; }

    /// <summary>The verdict for as long as nothing speaks against it, made once.</summary>
    public TokenVerdict.Accepted Accepted { get; }

    /// <summary>For how many ordinary tokens this one counts, remembered under its text: a large one takes the room of several.</summary>
    public int UnitsWith(byte[] text) =>
        1 + ((FixedSize + text.Length + _members.Sum(member => MemberSize + TextSize + (2 * member.Value.Length))) / UnitSize);

    /// <summary>
    /// A principal for one request, which may change it: applications do. The claims are made for it, since a claim
    /// belongs to one identity: to keep them as such would only be to copy them.
    /// </summary>
    public ClaimsPrincipal CreatePrincipal()
    {
        var identity = new ClaimsIdentity(HandstampBearerDefaults.AuthenticationScheme, "sub", "roles");
        foreach (ref readonly var member in _members.AsSpan())
            identity.AddClaim(new(member.Type, member.Value, member.Kind, _issuer, _issuer, identity));
        return new(identity);
    }

    static Member[] Members(AccessToken token)
    {
        List<Member> members =
        [
            new("iss", token.Issuer),
            new("sub", token.Subject),
            new(ClaimTypes.NameIdentifier, token.Subject),
            .. token.Audience.Select(audience => new Member("aud", audience)),
            new("client_id", token.ClientId),
        ];
        if (token.SessionId is { } session)
            members.Add(new("sid", session.ToString()));
        members.Add(new("jti", token.TokenId));
        members.Add(Seconds("iat", token.IssuedAt));
        members.Add(Seconds("exp", token.ExpiresAt));
        if (token.Scope is { } scopes)
            members.AddRange(scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(scope => new Member("scope", scope)));
        members.AddRange(token.Roles.Select(role => new Member("roles", role)));
        members.AddRange(token.AuthenticationMethods.Select(method => new Member("amr", method)));
        if (token.AuthenticatedAt is { } at)
            members.Add(Seconds("auth_time", at));
        members.AddRange(token.Others.Select(other => new Member(other.Name, other.Value, KindOf(other.Kind))));
        return [.. members];
    }

    static Member Seconds(string type, DateTimeOffset time) =>
        new(type, time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64);

    static string KindOf(TokenClaimKind kind) => kind switch
    {
        TokenClaimKind.String => ClaimValueTypes.String,
        TokenClaimKind.Boolean => ClaimValueTypes.Boolean,
        TokenClaimKind.Number => ClaimValueTypes.Double,
        _ => "JSON",
    };

    /// <summary>A claim before it belongs to anyone.</summary>
    readonly record struct Member(string Type, string Value, string Kind = ClaimValueTypes.String);
}
