using System.Diagnostics;
using Handstamp.TestBed.Load;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Feed;

/// <param name="AccessToken">An access token that has not expired.</param>
/// <param name="At">When the logout was answered.</param>
/// <param name="TakenBefore">Whether the API accepted the token before that.</param>
/// <param name="Answered">Whether the answer came, or was lost with its node.</param>
/// <param name="RefusedAfter">The time until the API refused; null: never.</param>
sealed record EndedSession(string AccessToken, long At, bool TakenBefore, bool Answered, TimeSpan? RefusedAfter);

/// <param name="Ended">Each session that was ended.</param>
/// <param name="Took">The total time.</param>
/// <param name="Kills">When a node was killed.</param>
/// <param name="Plain">The results of the clients that refresh at the same time and stay logged in.</param>
/// <param name="Missed">The APIs that still accepted an ended session in the end.</param>
/// <param name="Refused">The APIs that refused a session that nobody had ended.</param>
/// <param name="Before">The memory before the first end.</param>
/// <param name="After">The memory after the last end.</param>
sealed record FeedResult(
    IReadOnlyList<EndedSession> Ended, TimeSpan Took, IReadOnlyList<long> Kills, Tally Plain, IReadOnlyList<string> Missed,
    IReadOnlyList<string> Refused, Memory Before, Memory After)
{
    static readonly TimeSpan Wake = TimeSpan.FromSeconds(2);

    public double PerSecond => Ended.Count / Took.TotalSeconds;

    public int LostAnswers => Ended.Count(session => !session.Answered);

    public IReadOnlyList<TimeSpan> Times { get; } = TimesOf(Ended);

    /// <summary>The sessions that ended in the two seconds after a kill.</summary>
    public IReadOnlyList<TimeSpan> TimesAfterKills { get; } = TimesOf(Ended.Where(session => Kills.Any(kill =>
        session.At >= kill && Stopwatch.GetElapsedTime(kill, session.At) < Wake)));

    /// <summary>Whether each API saw each end and nothing else, and nobody was logged out.</summary>
    public bool Holds => Missed.Count + Refused.Count + Plain.DefinitiveRefusals.Count == 0
        && Ended.All(session => session is { TakenBefore: true, RefusedAfter: not null });

    static IReadOnlyList<TimeSpan> TimesOf(IEnumerable<EndedSession> sessions) =>
        [.. sessions.Where(session => session.Answered).Select(session => session.RefusedAfter).OfType<TimeSpan>().Order()];
}

/// <summary>In megabytes, the largest of each.</summary>
sealed record Memory(double Node, double Api)
{
    public static Memory Of(HandstampNodes nodes, IEnumerable<Api> apis) =>
        new(nodes.Processes.Max(node => node.ResidentMegabytes), apis.Max(api => api.ResidentMegabytes));
}
