using Handstamp.TestBed;
using Handstamp.TestBed.Faults;
using Handstamp.TestBed.Load;

namespace Handstamp.Proof.Faults;

/// <summary>
/// Shared jars with two to eight tabs each refresh through a network that misbehaves, until the given number of answers
/// is lost. A message is delayed by at most a quarter of the quiet gap, so that request and answer together stay below
/// the gap on a busy machine.
/// </summary>
/// <param name="Seed">The seed of the network and the clients.</param>
/// <param name="LostAnswers">How many answers the network has to lose.</param>
/// <param name="Jars">Each with a session of its own.</param>
/// <param name="Window">The retry window; the tabs' timeout and the network's delays are derived from it.</param>
/// <param name="Engine">Where the service keeps its data.</param>
sealed record JarRun(int Seed, int LostAnswers, int Jars, TimeSpan Window, Engine Engine = Engine.Sqlite)
{
    public const int MostTabs = 8;

    const double ShareWhenBad = 0.95;

    // Mostly lost answers: the tabs of a jar lose their answers together, over the whole window.
    static readonly Fault[] Injected =
    [
        .. Enumerable.Repeat(Fault.AnswerDropped, 4), .. Enumerable.Repeat(Fault.AnswerCut, 4),
        Fault.RequestDelayed, Fault.RequestDoubled, Fault.Reordered, Fault.AnswerDelayed,
    ];

    /// <summary>How long the network may delay a message, and how long a tab waits for its answer.</summary>
    public TimeSpan LongestDelay => Gap / 4;

    TimeSpan Gap => Window / 3;

    // About as long as a window, in which a tab asks twice.
    int Spell => Jars * 10;

    public async Task<JarRunResult> RunAsync(CancellationToken cancel)
    {
        await using var service = await Service.StartAsync(Window, Engine);
        await using var network = new FaultProxy(() => service.Address, new Weather(Seed, LongestDelay, Spell, ShareWhenBad, Injected));
        var tally = new Tally(int.MaxValue);
        using var fleet = await JarFleet.LogInAsync(service.Address, network.Address, Jars, MostTabs, timeout: Gap, Seed);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);

        var running = fleet.RunAsync(tally, pause: Window / 2, enough.Token);
        await Eventually.ReachedAsync(() => running.IsCompleted ? LostAnswers : Lost(network), LostAnswers, "lost answers");
        await enough.CancelAsync();
        await running;
        return new JarRunResult(tally, Lost(network), network.Counts, await service.CountRefreshesAsync());
    }

    static int Lost(FaultProxy network) => network.Counts[Fault.AnswerDropped] + network.Counts[Fault.AnswerCut];
}

/// <summary>The tabs' results, the number of lost answers, the network's faults, and the service's outcomes.</summary>
sealed record JarRunResult(
    Tally Tally, int LostAnswers, IReadOnlyDictionary<Fault, int> Faults, IReadOnlyDictionary<string, int> Outcomes);
