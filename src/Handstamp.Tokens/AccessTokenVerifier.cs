using System.Diagnostics;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>Verifies access tokens offline (RFC 9068 §4, RFC 8725).</summary>
public static class AccessTokenVerifier
{
    /// <summary>
    /// Checks, in this order: length (8192 characters), structure, header, key, signature, then the claims: their
    /// types, <c>iss</c>, <c>aud</c>, <c>exp</c>, <c>nbf</c> and <c>iat</c>. Throws for no input.
    /// <para>
    /// This does NOT check whether the session was revoked, what <c>scope</c> and <c>roles</c> permit, or, where
    /// <see cref="AccessToken.KeyThumbprint"/> is set, the DPoP proof without which the token must be refused (RFC 9449
    /// §7.1). The caller does so after this.
    /// </para>
    /// </summary>
    /// <param name="jwt">The text that the caller sent. It may be any text.</param>
    /// <param name="keys">The issuer's public keys.</param>
    /// <param name="rules">What this API requires.</param>
    /// <param name="now">The time of the request.</param>
    public static AccessTokenOutcome Verify(
        ReadOnlySpan<char> jwt, JsonWebKeySet keys, AccessTokenRules rules, DateTimeOffset now) =>
        Jws.Open(jwt, AccessToken.Type, keys) switch
        {
            JwsOutcome.Opened opened => Judge(opened, rules, now),
            JwsOutcome.Malformed malformed => new AccessTokenOutcome.Malformed(malformed.Reason),
            JwsOutcome.WrongType => new AccessTokenOutcome.WrongType(),
            JwsOutcome.UnknownKey unknown => new AccessTokenOutcome.UnknownKey(unknown.KeyId),
            JwsOutcome.BadSignature => new AccessTokenOutcome.BadSignature(),
            _ => throw new UnreachableException(),
        };

    static AccessTokenOutcome Judge(JwsOutcome.Opened opened, AccessTokenRules rules, DateTimeOffset now) =>
        PlainClaimsReader.Read(opened.Payload, rules, out var notBefore) is { } token
            ? Judge(token, notBefore, opened.Key.KeyId, rules, now)
            : ReadAndJudge(opened, rules, now);

    static AccessTokenOutcome ReadAndJudge(JwsOutcome.Opened opened, AccessTokenRules rules, DateTimeOffset now)
    {
        using var payload = StrictJson.ParseObject(opened.Payload);
        if (payload is null) return new AccessTokenOutcome.Malformed("the claims are not a JSON object");

        var claims = new MemberReader(payload.RootElement);
        var token = AccessTokenReader.Read(claims);
        var notBefore = claims.Time("nbf");
        return claims.Fault is { } fault
            ? new AccessTokenOutcome.Malformed(fault)
            : Judge(token, notBefore, opened.Key.KeyId, rules, now);
    }

    static AccessTokenOutcome Judge(
        AccessToken token, DateTimeOffset? notBefore, string keyId, AccessTokenRules rules, DateTimeOffset now)
    {
        if (token.Issuer != rules.Issuer) return new AccessTokenOutcome.WrongIssuer();
        if (!token.Audience.Any(rules.Audiences.Contains)) return new AccessTokenOutcome.WrongAudience();
        if (now >= token.ExpiresAt) return new AccessTokenOutcome.Expired(token.ExpiresAt);
        if (notBefore is { } start && start - rules.ClockSkew > now) return new AccessTokenOutcome.NotYetValid(start);
        if (token.IssuedAt - rules.ClockSkew > now) return new AccessTokenOutcome.NotYetValid(token.IssuedAt);

        return new AccessTokenOutcome.Verified(token, keyId);
    }
}
