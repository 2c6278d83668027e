using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Rotation;

/// <summary>
/// The decision that the service runs, with time in whole seconds, which are the ticks of a search. A window has
/// <paramref name="window"/> ticks.
/// </summary>
/// <param name="window">The retry window.</param>
/// <param name="quietGap">
/// Whether the gap is kept. Without it, the token used last gets replays until the end of the window.
/// </param>
sealed class TickedRule(int window, bool quietGap = true)
{
    static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    readonly RotationOptions _options = new(TimeSpan.FromSeconds(window), LateRetryLimit: int.MaxValue);

    public int Window => window;

    /// <summary>The decision, and the row afterwards. The row is null when the session has ended.</summary>
    public (RotationVerdict Verdict, Row? Next, int Answer) Decide(Row row, int presented, int now)
    {
        var state = row.At(Start);
        var decision = RotationRules.Decide(state, presented, Start.AddSeconds(now), _options);
        if (!quietGap) decision = decision.WithoutGap(state);
        var ended = decision.Verdict is RotationVerdict.Reuse or RotationVerdict.RolledBack;
        return (decision.Verdict, ended ? null : Row.Of(decision.Next, Start), decision.Answer);
    }
}

/// <summary>A <see cref="RotationState"/> in ticks.</summary>
readonly record struct Row(int Seen, int First, int Last, int IssuedAt, int SeenBefore = 0)
{
    public static readonly Row AtLogin = new(0, 1, 1, 0);

    public RotationState At(DateTimeOffset start) => new(Seen, First, Last, start.AddSeconds(IssuedAt), SeenBefore);

    public static Row Of(RotationState state, DateTimeOffset start) =>
        new(state.Seen, state.First, state.Last, (int)(state.IssuedAt - start).TotalSeconds, state.SeenBefore);
}

static class QuietGap
{
    /// <summary>The decision without the gap, which shows that the gap is needed.</summary>
    public static RotationDecision WithoutGap(this RotationDecision decision, RotationState row) =>
        decision.Verdict == RotationVerdict.Quiet ? new(RotationVerdict.Replay, row, row.Last) : decision;
}
