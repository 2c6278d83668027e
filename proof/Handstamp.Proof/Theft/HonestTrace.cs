namespace Handstamp.Proof.Theft;

/// <summary>The faults of an honest client.</summary>
enum Fault
{
    /// <summary>
    /// A request or its answer is lost, up to four times in a row. Half of the clients retry within seconds, the other
    /// half after a minute to twelve hours.
    /// </summary>
    Lost,

    /// <summary>
    /// Two to eight tabs, or renderings of a page on a server, refresh at once with the token of one cookie.
    /// </summary>
    Tabs,

    /// <summary>
    /// A second copy of the request arrives up to ten seconds later, or an abandoned request arrives after its
    /// repetition.
    /// </summary>
    Doubled,

    /// <summary>
    /// The client stops before it has stored the answer, and starts again after a second to ten minutes.
    /// </summary>
    Crash,
}

/// <summary>
/// The fate of a request: answered, lost on the way, or carried out but with its answer lost.
/// </summary>
enum Fate { Heard, RequestLost, AnswerLost }

/// <summary>One request of a refresh. It is sent unless the refresh has succeeded by then.</summary>
readonly record struct Attempt(double Start, double RequestTakes, double AnswerTakes, Fate Fate);

/// <summary>One refresh, and how long after its success the next one begins.</summary>
sealed record Refresh(IReadOnlyList<Attempt> Attempts, double Pause);

/// <summary>
/// The refreshes of an honest client, drawn before any rule is applied, so that each rule gets the same ones. A client
/// gives up after ten seconds, so no message takes longer.
/// </summary>
static class HonestTrace
{
    /// <summary>One refresh in a hundred meets the fault.</summary>
    public const double FaultShare = 0.01;

    const double GiveUp = 10;
    const double Hour = 3600;

    public static IReadOnlyList<Refresh> Draw(Fault fault, int refreshes, Random random) =>
        [.. Enumerable.Range(0, refreshes).Select(_ => new Refresh(Attempts(fault, random), Pause(random)))];

    // Most refreshes are due at the end of an access token of ten minutes. Some follow soon, because an API refused a
    // token or an app was restarted. Some follow after the client was away.
    static double Pause(Random random) => random.NextDouble() switch
    {
        < 0.10 => random.Between(1, 60),
        < 0.15 => random.BetweenInMagnitude(600, 12 * Hour),
        _ => random.Between(480, 600),
    };

    static IReadOnlyList<Attempt> Attempts(Fault fault, Random random) =>
        !random.Chance(FaultShare) ? [Heard(0, random)] : fault switch
        {
            Fault.Lost => Lost(random),
            Fault.Tabs => Tabs(random),
            Fault.Doubled => Doubled(random),
            _ => [new(0, random.Travel(), 0, Fate.AnswerLost), Heard(random.BetweenInMagnitude(1, 600), random)],
        };

    static List<Attempt> Lost(Random random)
    {
        var attempts = new List<Attempt>();
        var start = 0.0;
        do
        {
            attempts.Add(new(start, random.Travel(), 0, random.Chance(0.5) ? Fate.RequestLost : Fate.AnswerLost));
            start += GiveUp + Math.Pow(2, attempts.Count);
        }
        while (attempts.Count < 4 && random.Chance(0.5));
        var late = random.Chance(0.5) ? random.BetweenInMagnitude(60, 12 * Hour) : 0;
        attempts.Add(Heard(start + late, random));
        return attempts;
    }

    static List<Attempt> Tabs(Random random) =>
        [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => Heard(random.Exponential(mean: 0.2), random))];

    static List<Attempt> Doubled(Random random)
    {
        var unheard = new Attempt(0, random.Between(0, GiveUp), 0, Fate.AnswerLost);
        return [unheard, Heard(random.Chance(0.5) ? 0 : random.Between(0.1, 2), random)];
    }

    static Attempt Heard(double start, Random random) => new(start, random.Travel(), random.Travel(), Fate.Heard);
}
