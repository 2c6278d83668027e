namespace Handstamp.TestBed.Faults;

/// <summary>What the network does to one exchange.</summary>
public enum Fault
{
    None,

    /// <summary>The request never arrives.</summary>
    RequestDropped,

    /// <summary>Half of the request arrives, then the connection breaks.</summary>
    RequestCut,

    /// <summary>The request arrives later: perhaps after the client has given it up, and after its next one.</summary>
    RequestDelayed,

    /// <summary>The request arrives a second time, later.</summary>
    RequestDoubled,

    /// <summary>The request arrives twice, and the client hears the answer to the later one.</summary>
    Reordered,

    /// <summary>The server has acted, and the client never hears of it.</summary>
    AnswerDropped,

    /// <summary>Half of the answer arrives, then the connection breaks.</summary>
    AnswerCut,

    /// <summary>The answer arrives later.</summary>
    AnswerDelayed,
}

/// <summary>A fault and how long it holds a message up.</summary>
public readonly record struct Disturbance(Fault Fault, TimeSpan Delay)
{
    public static readonly Disturbance Quiet = new(Fault.None, TimeSpan.Zero);

    /// <summary>One of the faults, and a delay of up to <paramref name="longest"/>.</summary>
    public static Disturbance Draw(Random random, IReadOnlyList<Fault> faults, TimeSpan longest) =>
        new(faults[random.Next(faults.Count)], longest * random.NextDouble());
}

/// <summary>
/// Bad spells and quiet ones in turn, for networks fail for a while: in a third of the exchanges many are disturbed, in the
/// others none.
/// </summary>
/// <param name="seed">Of what is drawn.</param>
/// <param name="longestDelay">Of a message.</param>
/// <param name="spell">How many exchanges a spell lasts.</param>
/// <param name="shareWhenBad">Of the exchanges in a bad spell, those that are disturbed.</param>
/// <param name="faults">What may happen then, each as likely as the others; all of them by default.</param>
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
