using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

/// <summary>The result for a presented refresh token.</summary>
abstract record RefreshOutcome
{
    RefreshOutcome() { }

    /// <summary>It gets tokens, for the session in its new state.</summary>
    public sealed record Granted(SessionReading Reading, RotationVerdict Verdict) : RefreshOutcome;

    /// <summary>It is alive but gets no tokens now; it does after this time.</summary>
    public sealed record Quiet(SessionReading Reading, TimeSpan Wait) : RefreshOutcome;

    public sealed record Refused(Problem Problem, TimeSpan? RetryAfter = null) : RefreshOutcome
    {
        /// <summary>The session is bound to a key, and the request has not proved that it holds the key.</summary>
        public bool IsAboutProof => Problem == Problems.DpopProofRequired || Problem == Problems.DpopProofInvalid;
    }
}
