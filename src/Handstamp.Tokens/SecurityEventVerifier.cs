using System.Diagnostics;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>Verifies security events (RFC 8417).</summary>
public static class SecurityEventVerifier
{
    /// <summary>
    /// Checks, in this order: length (8192 characters), structure, header, key, signature, then <c>iss</c> and the
    /// shape of the event. Throws for no input.
    /// <para>This does NOT check <c>aud</c>, how old the event is, or whether it was seen before: to hear again of what
    /// has ended changes nothing.</para>
    /// </summary>
    /// <param name="jwt">The received text. It may be any text.</param>
    /// <param name="keys">The issuer's public keys.</param>
    /// <param name="issuer">The one issuer whose events are accepted; compared exactly.</param>
    public static SecurityEventOutcome Verify(ReadOnlySpan<char> jwt, JsonWebKeySet keys, string issuer) =>
        Jws.Open(jwt, SecurityEvent.Type, keys) switch
        {
            JwsOutcome.Opened opened => Judge(opened, issuer),
            JwsOutcome.Malformed malformed => new SecurityEventOutcome.Malformed(malformed.Reason),
            JwsOutcome.WrongType => new SecurityEventOutcome.WrongType(),
            JwsOutcome.UnknownKey unknown => new SecurityEventOutcome.UnknownKey(unknown.KeyId),
            JwsOutcome.BadSignature => new SecurityEventOutcome.BadSignature(),
            _ => throw new UnreachableException(),
        };

    static SecurityEventOutcome Judge(JwsOutcome.Opened opened, string issuer)
    {
        using var payload = StrictJson.ParseObject(opened.Payload);
        if (payload is null) return new SecurityEventOutcome.Malformed("the claims are not a JSON object");

        var claims = new MemberReader(payload.RootElement);
        var read = SecurityEventReader.Read(claims);
        if (claims.Fault is { } fault) return new SecurityEventOutcome.Malformed(fault);
        if (claims.Text("iss") != issuer) return new SecurityEventOutcome.WrongIssuer();

        return read is null
            ? new SecurityEventOutcome.UnknownEvent()
            : new SecurityEventOutcome.Verified(read, opened.Key.KeyId);
    }
}
