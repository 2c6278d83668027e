using Handstamp.TestBed.Faults;
using Handstamp.TestBed.Load;

namespace Handstamp.Proof.Faults;

/// <summary>
/// Plain clients refresh through a network that misbehaves in a fifth of the exchanges. No message takes longer than
/// two thirds of a window, so that no message is later than a window, even on a machine that stalls now and then.
/// </summary>
/// <param name="Seed">The seed of the network and the clients.</param>
/// <param name="Refreshes">How many, over all sessions.</param>
/// <param name="Sessions">Each with a client of its own.</param>
/// <param name="Window">The retry window; the clients' timeout and the network's delays are derived from it.</param>
/// <param name="Engine">Where the service keeps its data.</param>
sealed record FaultRun(int Seed, int Refreshes, int Sessions, TimeSpan Window, Engine Engine = Engine.Sqlite)
{
    public async Task<FaultResult> RunAsync(CancellationToken cancel)
    {
        await using var service = await Service.StartAsync(Window, Engine);
        await using var network = new FaultProxy(() => service.Address, new Weather(Seed, Window * 2 / 3));
        var tally = new Tally(Refreshes);
        using var fleet = await Fleet.LogInAsync(service.Address, [network.Address], Sessions, Window, Seed);

        await fleet.RunAsync(tally, cancel);

        return new FaultResult(tally, network.Counts, await service.CountRefreshesAsync(), Lost.Of(fleet, service));
    }
}

/// <summary>The clients' results, the network's faults, the service's outcomes, and the losses.</summary>
sealed record FaultResult(
    Tally Tally, IReadOnlyDictionary<Fault, int> Faults, IReadOnlyDictionary<string, int> Outcomes, IReadOnlyList<string> Lost);

/// <summary>Acknowledged generations that the database does not have.</summary>
static class Lost
{
    public static IReadOnlyList<string> Of(Fleet fleet, Service service)
    {
        // First the acknowledged generations, then the stored ones: in between, generations may be added, but none may
        // disappear.
        var acknowledged = fleet.Clients.Select(client => (client.SessionId, client.Generation)).ToList();
        var stored = service.Database.ReadGenerations();
        return [.. acknowledged
            .Where(one => stored.GetValueOrDefault(one.SessionId) < one.Generation)
            .Select(one => $"session {one.SessionId}: {one.Generation} acknowledged, {stored.GetValueOrDefault(one.SessionId)} stored")];
    }
}
