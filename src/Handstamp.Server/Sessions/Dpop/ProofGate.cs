using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions.Dpop;

/// <summary>
/// Checks the DPoP proofs of requests to this service (RFC 9449 §4.3). Each must contain one of our nonces, so only our
/// clock decides its age, and none can be made in advance.
/// </summary>
sealed class ProofGate(IProofStore proofs, KeyRingService keys, IOptions<HandstampOptions> service, TimeProvider clock)
{
    /// <summary>How long a nonce is valid, and the maximum time for which a proof is remembered.</summary>
    public static readonly TimeSpan NonceLifetime = TimeSpan.FromMinutes(5);

    const string ProofHeader = "DPoP";
    const string NonceHeader = "DPoP-Nonce";

    public static bool IsOn(HttpRequest request) => request.Headers.ContainsKey(ProofHeader);

    /// <summary>The proof of the request, not yet marked as used.</summary>
    public OrRefusal<PresentedProof> Read(HttpContext context, string? accessToken = null)
    {
        if (!IsOn(context.Request)) return default(PresentedProof);

        var header = context.Request.Headers[ProofHeader];
        var now = clock.Now();
        context.Response.Headers[NonceHeader] = NewNonce(now);
        return Verify(context.Request, header.Count == 1 ? header[0] : null, accessToken) switch
        {
            DpopProofOutcome.Verified { Proof: var proof } when GivenAt(proof.Nonce, now) + NonceLifetime is { } until && now < until =>
                new PresentedProof(proof, until),
            DpopProofOutcome.Refused { Reason: var reason } =>
                Refuse(context, Problems.DpopProofInvalid, $"The DPoP proof is not valid for this request: {reason}."),
            _ => Refuse(context, Problems.UseDpopNonce),
        };
    }

    /// <summary>
    /// Marks the proof as used, if there is one. Refuses a proof that was used before. It is called when everything
    /// else about the request is valid, so that strangers cannot fill the store.
    /// </summary>
    public async ValueTask<Refusal?> UseAsync(HttpContext context, PresentedProof presented, bool atRefresh = false)
    {
        if (presented.Proof is not { } proof || await proofs.TryUseAsync(proof.Fingerprint, presented.Until, atRefresh)) return null;
        return Refuse(context, Problems.DpopProofInvalid, "This proof has already been used. Each request needs its own proof.");
    }

    /// <summary>The refusal, and what the next proof needs (RFC 9449 §7.1, §9).</summary>
    public Refusal Refuse(HttpContext context, Problem problem, string? detail = null)
    {
        context.Response.Headers[NonceHeader] = NewNonce(clock.Now());
        return new Refusal(problem, detail)
        {
            Challenge = $"DPoP algs=\"ES256 RS256\", error=\"{problem.OAuthError}\", error_description=\"{problem.Title}\"",
        };
    }

    /// <summary>Why a proof does not match this key; null if it does, or if there is no key.</summary>
    public static Problem? Mismatch(string? boundTo, string? shown) =>
        boundTo is null || boundTo == shown ? null
        : shown is null ? Problems.DpopProofRequired
        : Problems.DpopProofInvalid;

    DpopProofOutcome Verify(HttpRequest request, string? jwt, string? accessToken)
    {
        // The address as the caller sees it: a proxy leaves the path unchanged, and scheme and host are the issuer's.
        var target = new Uri($"{service.Value.Origin}{request.PathBase}{request.Path}");
        return DpopProofVerifier.Verify(jwt, request.Method, target, accessToken);
    }

    string NewNonce(DateTimeOffset now) => DpopNonce.Create(keys.Ring.MacKey(now), now);

    // The key may have been replaced since.
    DateTimeOffset? GivenAt(string? nonce, DateTimeOffset now) =>
        DpopNonce.ReadTime(nonce, keys.Ring.MacKey(now)) ?? DpopNonce.ReadTime(nonce, keys.Ring.MacKey(now - NonceLifetime));
}
