using System.Diagnostics;
using System.Text.Json;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>Verifies the ID tokens of other services (OpenID Connect Core 1.0 §3.1.3.7, RFC 8725).</summary>
public static class IdTokenVerifier
{
    /// <summary>
    /// Checks, in this order: length, structure, header, key, signature, then the claims: their types, <c>iss</c>,
    /// <c>aud</c>, <c>azp</c>, <c>nonce</c>, <c>exp</c>, <c>nbf</c> and <c>iat</c>. Only the signatures of
    /// <see cref="JwsAlgorithm"/> are accepted, never <c>none</c> or an HMAC. Throws for no input.
    /// </summary>
    /// <param name="jwt">The text that the provider or an app has sent. It may be any text.</param>
    /// <param name="keys">The provider's public keys.</param>
    /// <param name="rules">What the token has to meet.</param>
    /// <param name="now">The time of the request.</param>
    public static IdTokenOutcome Verify(ReadOnlySpan<char> jwt, JsonWebKeySet keys, IdTokenRules rules, DateTimeOffset now) =>
        Jws.Open(jwt, IdToken.Type, keys, IdToken.MaxLength) switch
        {
            JwsOutcome.Opened opened => Judge(opened.Payload, rules, now),
            JwsOutcome.Malformed malformed => new IdTokenOutcome.Refused(malformed.Reason),
            JwsOutcome.WrongType => new IdTokenOutcome.Refused("typ is not that of an ID token"),
            JwsOutcome.UnknownKey => new IdTokenOutcome.UnknownKey(),
            JwsOutcome.BadSignature => new IdTokenOutcome.Refused("the signature does not match the key"),
            _ => throw new UnreachableException(),
        };

    static IdTokenOutcome Judge(byte[] utf8, IdTokenRules rules, DateTimeOffset now)
    {
        using var payload = StrictJson.ParseObject(utf8);
        if (payload is null) return new IdTokenOutcome.Refused("the claims are not a JSON object");

        var claims = new MemberReader(payload.RootElement);
        var token = Read(claims, payload.RootElement);
        var issuer = IssuerOf(rules, claims);
        var notBefore = claims.Time("nbf");
        return (claims.Fault ?? Fault(token, issuer, notBefore, rules, now)) is { } fault
            ? new IdTokenOutcome.Refused(fault)
            : new IdTokenOutcome.Verified(token);
    }

    static IdToken Read(MemberReader claims, JsonElement json) => new()
    {
        Issuer = claims.RequiredText("iss"),
        Subject = claims.RequiredText("sub"),
        Audience = claims.RequiredTextOrTexts("aud"),
        AuthorizedParty = claims.Text("azp"),
        Nonce = claims.Text("nonce"),
        IssuedAt = claims.RequiredTime("iat"),
        ExpiresAt = claims.RequiredTime("exp"),
        Claims = json.Clone(),
    };

    static string IssuerOf(IdTokenRules rules, MemberReader claims) =>
        rules.Issuer.Contains(IdTokenRules.TenantPlace, StringComparison.Ordinal)
            // A GUID has no character that would change the rest of the address.
            ? rules.Issuer.Replace(IdTokenRules.TenantPlace, claims.RequiredId("tid").ToString(), StringComparison.Ordinal)
            : rules.Issuer;

    static string? Fault(IdToken token, string issuer, DateTimeOffset? notBefore, IdTokenRules rules, DateTimeOffset now)
    {
        if (token.Issuer != issuer) return "iss is another issuer";
        if (!token.Audience.Any(rules.ClientIds.Contains)) return "aud does not name this client";
        // A token for several clients says which one has requested it.
        if (token.AuthorizedParty is null && token.Audience.Count > 1) return "azp is missing";
        if (token.AuthorizedParty is { } party && !rules.ClientIds.Contains(party)) return "azp is another client";
        if (rules.Nonce is { } nonce && token.Nonce != nonce) return "nonce is not that of the request";
        if (now - rules.ClockSkew >= token.ExpiresAt) return "exp is over";
        if (notBefore is { } start && start - rules.ClockSkew > now) return "nbf is in the future";
        if (token.IssuedAt - rules.ClockSkew > now) return "iat is in the future";
        if (token.Subject.Length > IdToken.MaxSubjectLength || token.Subject.Any(char.IsControl)) return "sub is not a valid subject";
        return null;
    }
}
