using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Outbox;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The refresh of a session, without its transport. First the rotate cells run in one statement. If they do not apply,
/// the whole rule decides on a reading of the row, with at most one conditional write. The type of a presented token
/// says that it is authentic.
/// </summary>
sealed class SessionRotation(
    ISessionStore sessions, KeyRingService keys, SessionOperations operations, SharingWatch watch, HaltWatch halts, IReuseNotices notices,
    AuditTrail trail, IOptions<SessionOptions> options, ILogger<SessionRotation> log)
{
    // Each further round means that another request has changed the row in between, or that a key was revoked.
    const int MaxRounds = 8;

    static readonly TimeSpan RetryAfterHalt = TimeSpan.FromSeconds(1);

    // More sessions of one browser than an honest one sends at once; each costs a database read.
    const int MaxCandidates = 4;

    static readonly RefreshOutcome Invalid = new RefreshOutcome.Refused(Problems.RefreshTokenInvalid);

    static readonly RefreshOutcome Ambiguous = new RefreshOutcome.Refused(Problems.RefreshCookieAmbiguous);

    /// <summary>A caller that is <paramref name="gone"/> ends nothing.</summary>
    public Task<RefreshOutcome> RefreshAsync(
        PresentedTokens presented, string? keyThumbprint, Origin origin, DateTimeOffset now, CancellationToken gone) =>
        presented.IsAmbiguous ? RefreshAliveAsync(presented, keyThumbprint, origin, now, gone)
        : presented.Candidates is [var token] ? RefreshAsync(token, presented.Transport, keyThumbprint, origin, now, gone)
        : Task.FromResult(Invalid);

    /// <summary>
    /// The service does not choose between two live sessions, and no refusal is definitive: the browser's own session
    /// may be the other one, or not among them.
    /// </summary>
    async Task<RefreshOutcome> RefreshAliveAsync(
        PresentedTokens presented, string? keyThumbprint, Origin origin, DateTimeOffset now, CancellationToken gone)
    {
        var outcome = await AliveAsync(presented, now) is [var token]
            ? await RefreshAsync(token, presented.Transport, keyThumbprint, origin, now, gone)
            : Invalid;
        return outcome is RefreshOutcome.Refused { Problem.Definitive: true } ? Ambiguous : outcome;
    }

    async Task<IReadOnlyList<AuthenticToken>> AliveAsync(PresentedTokens presented, DateTimeOffset now)
    {
        if (presented.Candidates.Count > MaxCandidates) return presented.Candidates;
        var alive = new List<AuthenticToken>();
        foreach (var token in presented.Candidates)
            if (await sessions.FindPresentedAsync(token.SessionId) is { } reading
                && reading.Session.Transport == presented.Transport && SessionState.IsAlive(reading, now))
                alive.Add(token);
        return alive;
    }

    public async Task<RefreshOutcome> RefreshAsync(
        AuthenticToken token, SessionTransport transport, string? keyThumbprint, Origin origin, DateTimeOffset now,
        CancellationToken gone)
    {
        var by = new Use(Use.SourceOf(origin), options.Value.Alternation, origin);
        var issue = new Issue(now, options.Value.IdleLifetime, keys.Ring.MacKey(now).Id, by)
        {
            TemporaryIdleLifetime = options.Value.IdleLifetimeOf(isTemporary: true),
        };
        var rotation = new Rotation(token.SessionId, token.Generation, transport, keyThumbprint, options.Value.RetryWindow, issue);
        if (await AnswerAsync(await sessions.TryRotateAsync(rotation), RotationVerdict.Rotate, rotation) is { } rotated)
            return rotated;

        for (var round = 0; round < MaxRounds; round++)
        {
            if (await DecideAsync(rotation, gone) is { } outcome) return outcome;
            // Another node may have revoked a key, and this one has not read the ring since.
            await keys.FollowAsync(CancellationToken.None);
            if (keys.Ring.FindMacKey(token.KeyId) is null) return new RefreshOutcome.Refused(Problems.RefreshTokenInvalid);
            rotation = rotation with { Issue = issue with { MacKeyId = keys.Ring.MacKey(now).Id } };
        }
        return new RefreshOutcome.Refused(Problems.StorageUnavailable);
    }

    /// <summary>One round of the rule; null if the row changed between the read and the write.</summary>
    async Task<RefreshOutcome?> DecideAsync(Rotation rotation, CancellationToken gone)
    {
        var now = rotation.Issue.At;
        var reading = await sessions.FindPresentedAsync(rotation.SessionId);
        if (Refusal(reading, rotation) is { } refusal) return new RefreshOutcome.Refused(refusal.Problem, refusal.RetryAfter);

        var row = reading!.Session.Rotation;
        var decision = RotationRules.Decide(row, rotation.Presented, now, options.Value.Rotation);
        return decision.Verdict switch
        {
            RotationVerdict.Hold or RotationVerdict.Replay or RotationVerdict.Quiet or RotationVerdict.Superseded =>
                await AnswerAsync(reading, decision.Verdict, rotation),
            RotationVerdict.Rotate => await AnswerAsync(await sessions.TryRotateAsync(rotation), decision.Verdict, rotation),
            RotationVerdict.LateRetry => await AnswerAsync(
                await AdvanceAsync(reading.Session, decision.Next, rotation.Issue), decision.Verdict, rotation),
            // The request may have waited longer than an honest request does. In that case the client has newer tokens,
            // and there is no second party.
            RotationVerdict.Reuse when gone.IsCancellationRequested || halts.HasJustEnded =>
                new RefreshOutcome.Refused(Problems.ServerHalted, RetryAfterHalt),
            _ => await EndAsync(reading, rotation, decision.Verdict),
        };
    }

    /// <summary>The result of a use that ends nothing by the rule; null without a row.</summary>
    async ValueTask<RefreshOutcome?> AnswerAsync(SessionReading? reading, RotationVerdict verdict, Rotation rotation)
    {
        if (reading is null) return null;
        if (await watch.EndsAsync(reading, verdict, rotation)) return new RefreshOutcome.Refused(Problems.SessionRevoked);
        return verdict switch
        {
            RotationVerdict.Superseded => new RefreshOutcome.Refused(Problems.RefreshTokenSuperseded),
            RotationVerdict.Quiet => new RefreshOutcome.Quiet(
                reading, reading.Session.Rotation.IssuedAt + options.Value.RetryWindow - rotation.Issue.At),
            _ => new RefreshOutcome.Granted(reading, verdict),
        };
    }

    async Task<SessionReading?> AdvanceAsync(Session session, RotationState next, Issue issue)
    {
        var lateRetry = session.Counted(EventKind.SessionLateRetry, issue.At, issue.By.Origin);
        var advanced = await sessions.TryAdvanceAsync(session.Id, session.Rotation, next, issue, lateRetry);
        if (advanced is not null) trail.Record(lateRetry);
        return advanced;
    }

    async Task<RefreshOutcome?> EndAsync(SessionReading reading, Rotation rotation, RotationVerdict verdict)
    {
        var (session, presented) = (reading.Session, rotation.Presented);
        var rolledBack = verdict == RotationVerdict.RolledBack;
        // Only in the state that the decision was based on: if the session has rotated meanwhile, the token may only be
        // superseded.
        var reason = rolledBack ? EndReason.RolledBack : EndReason.Reuse;
        var ending = rotation.Issue.By.Origin.BySystem().Ends(reason, rotation.Issue.At) with
        {
            Notice = rolledBack ? null : await NoticeOfReuseAsync(session.AccountId, rotation.Issue),
        };
        if (!await operations.EndAsync(session.Id, ending, inState: session.Rotation)) return null;

        if (rolledBack)
        {
            SessionLog.RolledBack(log, session.Id, presented, session.Rotation.Last);
            return new RefreshOutcome.Refused(Problems.SessionRevoked);
        }
        SessionLog.Reused(log, session.Id, session.AccountId, presented, session.Rotation.Last);
        await watch.LookAtReuseAsync(session, rotation);
        return new RefreshOutcome.Refused(Problems.RefreshTokenReused);
    }

    /// <summary>The mail to the owner. Whatever happens to it, the session ends.</summary>
    async Task<OutboxEntry?> NoticeOfReuseAsync(Guid accountId, Issue issue)
    {
        try
        {
            return await notices.OfReuseAsync(accountId, issue.By.Origin, issue.At);
        }
        catch (StorageUnavailableException fault)
        {
            SessionLog.ReuseNotTold(log, accountId, fault);
            return null;
        }
    }

    /// <summary>Why the session gets nothing, whatever token is presented; null if it is alive.</summary>
    static Refusal? Refusal(SessionReading? reading, Rotation rotation)
    {
        // An authentic token without a row: the session ended or expired so long ago that it has been swept.
        if (reading is null) return new(Problems.SessionExpired);
        if (reading.Session.Transport != rotation.Transport) return new(Problems.RefreshTokenInvalid);
        if (SessionState.Refusal(reading, rotation.Issue.At, rotation.RetryWindow) is { } refusal) return refusal;
        return ProofGate.Mismatch(reading.Session.KeyThumbprint, rotation.KeyThumbprint) is { } mismatch ? new(mismatch) : null;
    }
}
