namespace Handstamp.TestBed.Faults;

/// <summary>A fault of the network in one exchange.</summary>
public enum Fault
{
    None,

    /// <summary>The request never arrives.</summary>
    RequestDropped,

    /// <summary>Half of the request arrives, then the connection breaks.</summary>
    RequestCut,

    /// <summary>
    /// The request arrives later, perhaps after the client has abandoned it, and after the client's next one.
    /// </summary>
    RequestDelayed,

    /// <summary>The request arrives a second time, later.</summary>
    RequestDoubled,

    /// <summary>The request arrives twice, and the client gets the answer to the later one.</summary>
    Reordered,

    /// <summary>The server has acted, but its answer never reaches the client.</summary>
    AnswerDropped,

    /// <summary>Half of the answer arrives, then the connection breaks.</summary>
    AnswerCut,

    /// <summary>The answer arrives later.</summary>
    AnswerDelayed,
}

/// <summary>A fault, and how long it delays a message.</summary>
public readonly record struct Disturbance(Fault Fault, TimeSpan Delay)
{
    public static readonly Disturbance Quiet = new(Fault.None, TimeSpan.Zero);

    /// <summary>One of the faults, and a delay of up to <paramref name="longest"/>.</summary>
    public static Disturbance Draw(Random random, IReadOnlyList<Fault> faults, TimeSpan longest) =>
        new(faults[random.Next(faults.Count)], longest * random.NextDouble());
}

/// <summary>
/// Bad and quiet periods in turn, because networks fail for a while: in a third of the exchanges many are disturbed, in
/// the others none.
/// </summary>
/// <param name="seed">The seed of the random choices.</param>
/// <param name="longestDelay">The longest delay of a message.</param>
/// <param name="spell">How many exchanges a period lasts.</param>
/// <param name="shareWhenBad">The share of disturbed exchanges in a bad period.</param>
/// <param name="faults">The possible faults, all equally likely; all faults by default.</param>
public sealed class Weather(
    int seed, TimeSpan longestDelay, int spell = 300, double shareWhenBad = 0.6, IReadOnlyList<Fault>? faults = null)
{
    readonly IReadOnlyList<Fault> _faults = faults ?? [.. Enum.GetValues<Fault>().Where(fault => fault != Fault.None)];

    readonly Random _random = new(seed);
    int _exchanges;

    public Disturbance Next()
    {
        lock (_random)
        {
            var bad = _exchanges++ / spell % 3 == 1;
            return bad && _random.NextDouble() < shareWhenBad ? Disturbance.Draw(_random, _faults, longestDelay) : Disturbance.Quiet;
        }
    }
}
