using Handstamp.Bearer.Verification;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer.Dpop;

/// <summary>Decides whether a request may use its access token: a bound token needs a proof (RFC 9449 §7).</summary>
sealed class ProofJudge(
    OwnOrigins origins, IOptions<HandstampBearerOptions> options, IDpopReplayStore replays, TimeProvider time, ILogger<ProofJudge> log)
{
    public const string NonceHeader = "DPoP-Nonce";

    const string ProofHeader = "DPoP";

    // How long a proof is fresh by its own clock, or by the nonce in it.
    static readonly TimeSpan ProofLifetime = TimeSpan.FromMinutes(1);
    static readonly TimeSpan NonceLifetime = TimeSpan.FromMinutes(5);

    readonly MacKey _nonceKey = options.Value.DpopNonceKey is { } shared ? new(0, shared) : MacKey.Create(0);
    readonly bool _requireNonce = options.Value.RequireDpopNonce;
    readonly TimeSpan _clockSkew = options.Value.ClockSkew;
    int _complained;

    public string NewNonce() => DpopNonce.Create(_nonceKey, time.GetUtcNow());

    /// <summary>Whether this request may use the verified token.</summary>
    public ValueTask<TokenVerdict> JudgeAsync(HttpContext context, bool sentAsDpop, ReadOnlyMemory<char> token, VerifiedToken verified)
    {
        if (verified.KeyThumbprint is null) return new(sentAsDpop ? TokenVerdict.Refused.NotBound : verified.Accepted);
        if (!sentAsDpop) return new(TokenVerdict.Refused.Bound);
        if (origins.All is not { Count: > 0 } own) return new(RefuseWithoutOrigin());

        // Each answer has the nonce for the next proof, so a client has to be asked for a nonce only once.
        if (_requireNonce)
            context.Response.Headers[NonceHeader] = NewNonce();
        return Verify(context.Request, own, token.ToString()) switch
        {
            DpopProofOutcome.Refused { Reason: var reason } => new(TokenVerdict.Refused.Proof(reason)),
            DpopProofOutcome.Verified { Proof: var proof } => JudgeAsync(proof, verified, context.RequestAborted),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    TokenVerdict.Refused RefuseWithoutOrigin()
    {
        // Logged once: otherwise anyone with a bound token could fill the log.
        if (Interlocked.Exchange(ref _complained, 1) == 0)
            BearerLog.OriginUnknown(log);
        return TokenVerdict.Refused.NoOrigin;
    }

    static DpopProofOutcome Verify(HttpRequest request, IReadOnlyList<string> own, string token)
    {
        if (request.Headers[ProofHeader] is not [{ } jwt])
            return new DpopProofOutcome.Refused("the request needs one, in the header DPoP");

        DpopProofOutcome[] outcomes = [.. own.Select(origin => Verify(jwt, request, origin, token))];
        return outcomes.FirstOrDefault(outcome => outcome is DpopProofOutcome.Verified) ?? outcomes[0];
    }

    static DpopProofOutcome Verify(string jwt, HttpRequest request, string origin, string token) =>
        Uri.TryCreate($"{origin}{request.PathBase}{request.Path}", UriKind.Absolute, out var target)
            ? DpopProofVerifier.Verify(jwt, request.Method, target, token)
            : new DpopProofOutcome.Refused("the request has no usable address");

    async ValueTask<TokenVerdict> JudgeAsync(DpopProof proof, VerifiedToken verified, CancellationToken cancel)
    {
        if (proof.KeyThumbprint != verified.KeyThumbprint)
            return TokenVerdict.Refused.Proof("it was made with another key than the token is bound to");

        var now = time.GetUtcNow();
        var byNonce = DpopNonce.ReadTime(proof.Nonce, _nonceKey) + NonceLifetime;
        if (!(now < byNonce || IsFreshByClock(proof, now))) return TokenVerdict.Refused.NeedsNonce;

        return await replays.TryUseAsync(proof.Fingerprint, Until(proof, byNonce, verified.ExpiresAt), cancel)
            ? verified.Accepted
            : TokenVerdict.Refused.Proof("it was used before");
    }

    // Differences are compared, because a stranger's time plus a duration may exceed the calendar.
    bool IsFreshByClock(DpopProof proof, DateTimeOffset now) =>
        !_requireNonce && now - proof.IssuedAt < ProofLifetime && proof.IssuedAt - now <= _clockSkew;

    // Until neither the proof's nonce nor its time is accepted any more, but no longer than the token that the proof
    // names lives, however far ahead its maker's clock is.
    static DateTimeOffset Until(DpopProof proof, DateTimeOffset? byNonce, DateTimeOffset tokenEnds)
    {
        if (proof.IssuedAt >= tokenEnds) return tokenEnds;

        var byClock = proof.IssuedAt + ProofLifetime;
        var until = byNonce > byClock ? byNonce.Value : byClock;
        return until < tokenEnds ? until : tokenEnds;
    }
}
