using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

/// <summary>What became of a presented refresh token.</summary>
abstract record RefreshOutcome
{
    RefreshOutcome() { }

    /// <summary>It gets tokens, for the session as its row now is.</summary>
    public sealed record Granted(SessionReading Reading, RotationVerdict Verdict) : RefreshOutcome;

    /// <summary>It is alive but gets none now; once the time is over it does.</summary>
    public sealed record Quiet(SessionReading Reading, TimeSpan Wait) : RefreshOutcome;

    public sealed record Refused(Problem Problem, TimeSpan? RetryAfter = null) : RefreshOutcome
    {
        /// <summary>The session is bound to a key, and the request has not shown that it holds it.</summary>
        public bool IsAboutProof => Problem == Problems.DpopProofRequired || Problem == Problems.DpopProofInvalid;
    }
}
