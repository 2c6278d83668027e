namespace Handstamp.Server.Sessions;

/// <summary>
/// Which refresh tokens of a session are live: the generations <paramref name="First"/> to <paramref name="Last"/>.
/// <paramref name="Seen"/> is the generation that was used to get them, <paramref name="SeenBefore"/> the one that was
/// used before that, and <paramref name="IssuedAt"/> is when <paramref name="Last"/> was issued.
/// </summary>
readonly record struct RotationState(int Seen, int First, int Last, DateTimeOffset IssuedAt, int SeenBefore = 0)
{
    public static RotationState AtLogin(DateTimeOffset now) => new(0, 1, 1, now);
}

enum RotationVerdict
{
    /// <summary>The newest token, again within the window: it gets itself, and nothing is written.</summary>
    Hold,

    /// <summary>A live token is used: its siblings and predecessors stop working, and one successor is live.</summary>
    Rotate,

    /// <summary>
    /// The token that was used last, again within the window: it gets the same successor, and nothing is written.
    /// </summary>
    Replay,

    /// <summary>
    /// The token that was used last, at the end of the window. After the window it gets another successor. Now it gets
    /// neither of the two, but the time to wait.
    /// </summary>
    Quiet,

    /// <summary>
    /// The token that was used last, after the window: its answer was lost. It gets a second live successor.
    /// </summary>
    LateRetry,

    /// <summary>
    /// The token used before the last one, within the window: a delayed request of a client that already has a newer
    /// token.
    /// </summary>
    Superseded,

    /// <summary>Any other token that is no longer live: two parties use the session. It ends.</summary>
    Reuse,

    /// <summary>
    /// An authentic token that has not been issued yet: the database went back in time. The session ends.
    /// </summary>
    RolledBack,
}

/// <summary>The decision, the row after it, and the generation in the answer.</summary>
readonly record struct RotationDecision(RotationVerdict Verdict, RotationState Next, int Answer);

/// <summary>
/// A refresh token works until one of its successors has been used. If it is presented after that, or if a successor
/// that was passed over is presented, the session ends. Within the retry window, every request with the token gets the
/// same answer.
/// </summary>
static class RotationRules
{
    public static RotationDecision Decide(RotationState row, int presented, DateTimeOffset now, RotationOptions options)
    {
        var age = now - row.IssuedAt;
        // Another node's clock may be a little ahead. A clock that was days ahead and was corrected must not leave an
        // endless window.
        var within = age.Duration() < options.RetryWindow;
        var takesLateRetry = row.Last - row.First < options.LateRetryLimit;
        var next = row.Last + 1;

        if (presented > row.Last) return new(RotationVerdict.RolledBack, row, 0);
        if (presented == row.Last && within) return new(RotationVerdict.Hold, row, presented);
        if (presented >= row.First) return new(RotationVerdict.Rotate, new(presented, next, next, now, row.Seen), next);
        // An answer from before the gap must not be on its way at the same time as one from after the window: a client
        // with several requests could keep the successor that its own next use passes over.
        if (presented == row.Seen && within && takesLateRetry && age >= options.RetryWindow - options.QuietGap)
            return new(RotationVerdict.Quiet, row, 0);
        if (presented == row.Seen && within) return new(RotationVerdict.Replay, row, row.Last);
        if (presented == row.Seen && takesLateRetry)
            return new(RotationVerdict.LateRetry, row with { Last = next, IssuedAt = now }, next);
        if (options.ReuseContinues) return new(RotationVerdict.LateRetry, row with { Last = next, IssuedAt = now }, next);
        // A session rotates at most once in a window, so an honest request is at most one rotation late.
        return new(presented == row.SeenBefore && within ? RotationVerdict.Superseded : RotationVerdict.Reuse, row, 0);
    }
}

/// <param name="RetryWindow">
/// How long after a token was issued a repeated request gets the same answer; zero turns this off.
/// </param>
/// <param name="LateRetryLimit">
/// How many repeated requests after the window get another successor while none is used; one more ends the session.
/// </param>
readonly record struct RotationOptions(TimeSpan RetryWindow, int LateRetryLimit)
{
    static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether an old token goes on working for the whole life of its session, as if its answer had been lost: for apps whose clients
    /// rely on that. Then nothing shows that a token was stolen.
    /// </summary>
    public bool ReuseContinues { get; init; }

    /// <summary>
    /// The end of the window: twice as long as a client waits for an answer before it abandons the request.
    /// </summary>
    public TimeSpan QuietGap => RetryWindow / 3 < LongestGap ? RetryWindow / 3 : LongestGap;
}
