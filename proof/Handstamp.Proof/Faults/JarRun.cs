using Handstamp.TestBed;
using Handstamp.TestBed.Faults;
using Handstamp.TestBed.Load;

namespace Handstamp.Proof.Faults;

/// <summary>
/// Shared jars with two to eight tabs each refresh through a network that misbehaves, until so many answers are lost. A
/// message is held up for a quarter of the quiet gap at most, so that request and answer together stay below it on a machine
/// that is busy.
/// </summary>
/// <param name="Seed">Of the network and the clients.</param>
/// <param name="LostAnswers">How many answers the network has to lose.</param>
/// <param name="Jars">Each with a session of its own.</param>
/// <param name="Window">The retry window; the tabs' timeout and the network's delays go by it.</param>
/// <param name="Engine">Where the service keeps its data.</param>
sealed record JarRun(int Seed, int LostAnswers, int Jars, TimeSpan Window, Engine Engine = Engine.Sqlite)
{
    public const int MostTabs = 8;

    const double ShareWhenBad = 0.95;

    // Mostly lost answers: the tabs of a jar lose theirs together, over the whole window.
    static readonly Fault[] Injected =
    [
        .. Enumerable.Repeat(Fault.AnswerDropped, 4), .. Enumerable.Repeat(Fault.AnswerCut, 4),
        Fault.RequestDelayed, Fault.RequestDoubled, Fault.Reordered, Fault.AnswerDelayed,
    ];

    /// <summary>What the network may hold a message up, and a tab waits for its answer.</summary>
    public TimeSpan LongestDelay => Gap / 4;

    TimeSpan Gap => Window / 3;

    // About as long as a window: in that time a tab asks twice.
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

/// <summary>What the tabs met, how many answers were lost, what the network did, and what the service did.</summary>
sealed record JarRunResult(
    Tally Tally, int LostAnswers, IReadOnlyDictionary<Fault, int> Faults, IReadOnlyDictionary<string, int> Outcomes);
