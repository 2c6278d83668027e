using System.Diagnostics;
using Handstamp.TestBed.Load;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Feed;

/// <param name="AccessToken">One that has not expired.</param>
/// <param name="At">When the answer to the logout was there.</param>
/// <param name="TakenBefore">Whether the API took the token before that.</param>
/// <param name="Answered">Whether that answer came, or was lost with its node.</param>
/// <param name="RefusedAfter">How long after it the API's refusal was there; null: never.</param>
sealed record EndedSession(string AccessToken, long At, bool TakenBefore, bool Answered, TimeSpan? RefusedAfter);

/// <param name="Ended">Each session that was ended.</param>
/// <param name="Took">In how long.</param>
/// <param name="Kills">When a node was killed.</param>
/// <param name="Plain">What the clients met that refresh beside it and stay.</param>
/// <param name="Missed">At which APIs an ended session was still taken in the end.</param>
/// <param name="Refused">At which APIs a session was refused that nobody had ended.</param>
/// <param name="Before">The memory before the first end.</param>
/// <param name="After">And after the last one.</param>
sealed record FeedResult(
    IReadOnlyList<EndedSession> Ended, TimeSpan Took, IReadOnlyList<long> Kills, Tally Plain, IReadOnlyList<string> Missed,
    IReadOnlyList<string> Refused, Memory Before, Memory After)
{
    static readonly TimeSpan Wake = TimeSpan.FromSeconds(2);

    public double PerSecond => Ended.Count / Took.TotalSeconds;

    public int LostAnswers => Ended.Count(session => !session.Answered);

    public IReadOnlyList<TimeSpan> Times { get; } = TimesOf(Ended);

    /// <summary>Of those that were ended in the two seconds after a kill.</summary>
    public IReadOnlyList<TimeSpan> TimesAfterKills { get; } = TimesOf(Ended.Where(session => Kills.Any(kill =>
        session.At >= kill && Stopwatch.GetElapsedTime(kill, session.At) < Wake)));

    /// <summary>Whether each end was seen at each API, nothing else was, and nobody was logged out.</summary>
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
