using System.Diagnostics;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The body of <c>POST</c> and <c>DELETE /refresh</c>. A class and not a record: its text must not show the token.
/// Its members can be set: those that are only initialized are collected in a list first, which takes time.
/// </summary>
sealed class RefreshRequest
{
    /// <summary>Omitted if a cookie carries it.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>Only for <c>DELETE</c>: an API received the token by mistake.</summary>
    public bool? Exposed { get; set; }

    /// <summary>Only for <c>POST</c>: the audience of the access token (RFC 8707). If omitted, the default.</summary>
    public string? Resource { get; set; }
}

/// <summary>
/// <c>POST /refresh</c>: takes a refresh token, and returns a new access token and the next refresh token.
/// </summary>
sealed class Refresh(
    RefreshTokenSource source, SessionRotation rotation, ProofGate proofs, TokenAnswer answer, IOptions<HandstampOptions> service,
    Telemetry telemetry, TimeProvider clock)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        using var activity = Telemetry.Activities.StartActivity("refresh");
        if (!(await source.ReadAsync(context)).Has(out var presented, out var refusal)) return refusal;
        if (!service.Value.Serves(presented.Resource)) return Problems.InvalidTarget;

        var proof = default(PresentedProof);
        // The proof of a request with a forged token is neither checked nor remembered: a MAC costs less than a
        // signature.
        if (ProofGate.IsOn(context.Request) && presented.Candidates.Count > 0)
        {
            if (!proofs.Read(context).Has(out proof, out refusal)) return refusal;
            if (await proofs.UseAsync(context, proof, atRefresh: true) is { } used) return used;
        }

        var now = clock.Now();
        var outcome = await rotation.RefreshAsync(
            presented, proof.KeyThumbprint, Origin.Of(context), now, context.RequestAborted);
        Count(outcome, activity);
        return await AnswerAsync(context, outcome, isKept: true, now, presented.Resource);
    }

    /// <summary>
    /// Writes the tokens, or says why there are none. <paramref name="isKept"/> if the caller keeps the token that it has presented:
    /// if that goes on, no cookie is set.
    /// </summary>
    public async ValueTask<Refusal?> AnswerAsync(
        HttpContext context, RefreshOutcome outcome, bool isKept, DateTimeOffset now, string? resource)
    {
        if (outcome is not RefreshOutcome.Granted granted) return RefusalOf(context, outcome);
        await answer.WriteAsync(context, granted.Reading, sameToken: isKept && granted.Verdict == RotationVerdict.Hold, now, resource);
        return null;
    }

    Refusal RefusalOf(HttpContext context, RefreshOutcome outcome) => outcome switch
    {
        RefreshOutcome.Quiet quiet => new(
            Problems.RefreshTokenSuperseded, "If you have no newer token, try again after the time in Retry-After.", quiet.Wait),
        RefreshOutcome.Refused { IsAboutProof: true, Problem: var problem } => proofs.Refuse(context, problem),
        RefreshOutcome.Refused { Problem: var problem } refused => new(problem, RetryAfter: refused.RetryAfter ?? RetryAfter(problem)),
        _ => throw new UnreachableException(),
    };

    static TimeSpan? RetryAfter(Problem problem) => problem.Definitive ? null : TimeSpan.FromSeconds(1);

    void Count(RefreshOutcome outcome, Activity? activity)
    {
        var name = outcome switch
        {
            RefreshOutcome.Granted { Verdict: var verdict } => NameOf(verdict),
            RefreshOutcome.Quiet => "quiet",
            RefreshOutcome.Refused { Problem.Code: var code } => code,
            _ => throw new UnreachableException(),
        };
        telemetry.Refreshes.Add(1, Telemetry.Outcome(name));
        activity?.SetTag("outcome", name);
    }

    static string NameOf(RotationVerdict verdict) => verdict switch
    {
        RotationVerdict.Hold => "hold",
        RotationVerdict.Rotate => "rotate",
        RotationVerdict.Replay => "replay",
        RotationVerdict.LateRetry => "late_retry",
        _ => throw new UnreachableException(),
    };
}
