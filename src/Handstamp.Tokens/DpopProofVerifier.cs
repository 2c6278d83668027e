using System.Diagnostics;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>Verifies DPoP proofs (RFC 9449 §4.3).</summary>
public static class DpopProofVerifier
{
    /// <summary>
    /// Checks, in this order: length (8192 characters), structure, header, the key in it, signature, then the claims:
    /// their types, <c>htm</c>, <c>htu</c> without query and fragment, and <c>ath</c>. Throws for no input.
    /// <para>
    /// This does NOT check whether the proof is fresh, by its time or its nonce, whether it was used before, or whether
    /// its key is the one that the token is bound to. The caller does so after this.
    /// </para>
    /// </summary>
    /// <param name="jwt">The value of the header <c>DPoP</c>. It may be any text.</param>
    /// <param name="method">The method of the request.</param>
    /// <param name="target">The request's address as its sender sees it, in front of any proxy.</param>
    /// <param name="accessToken">The access token of the request; null if there is none.</param>
    public static DpopProofOutcome Verify(ReadOnlySpan<char> jwt, string method, Uri target, string? accessToken) =>
        Jws.Open(jwt, DpopProof.Type, keys: null) switch
        {
            JwsOutcome.Opened opened => Judge(opened, method, target, accessToken),
            JwsOutcome.Malformed malformed => new DpopProofOutcome.Refused(malformed.Reason),
            JwsOutcome.WrongType => new DpopProofOutcome.Refused($"typ is not {DpopProof.Type}"),
            JwsOutcome.BadSignature => new DpopProofOutcome.Refused("the signature does not match the key in the proof"),
            _ => throw new UnreachableException(),
        };

    static DpopProofOutcome Judge(JwsOutcome.Opened opened, string method, Uri target, string? accessToken)
    {
        using var payload = StrictJson.ParseObject(opened.Payload);
        if (payload is null) return new DpopProofOutcome.Refused("the claims are not a JSON object");

        var claims = new MemberReader(payload.RootElement);
        var proof = new DpopProof
        {
            KeyThumbprint = opened.Key.Thumbprint,
            TokenId = claims.RequiredText("jti"),
            IssuedAt = claims.RequiredTime("iat"),
            Nonce = claims.Text("nonce"),
        };
        claims.Expect("htm", method);
        if (!IsSame(claims.RequiredText("htu"), target))
            claims.Note("htu is not the address of the request");
        if (accessToken is not null)
            claims.Expect("ath", DpopProof.HashOf(accessToken));
        return claims.Fault is { } fault ? new DpopProofOutcome.Refused(fault) : new DpopProofOutcome.Verified(proof);
    }

    // RFC 9449 §4.3: compared after normalization (RFC 3986 §6.2.2, §6.2.3), which is what Uri does when it parses.
    static bool IsSame(string text, Uri target) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.UserInfo.Length == 0
        && Uri.Compare(
            address, target, UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped,
            StringComparison.Ordinal) == 0;
}
