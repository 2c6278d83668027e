using Handstamp.TestBed.Faults;
using Handstamp.TestBed.Load;

namespace Handstamp.Proof.Faults;

/// <summary>
/// Plain clients refresh through a network that misbehaves in a fifth of the exchanges. No message takes longer than
/// two thirds of a window, so that none is beyond a window even on a machine that halts now and then.
/// </summary>
/// <param name="Seed">Of the network and the clients.</param>
/// <param name="Refreshes">How many, over all sessions.</param>
/// <param name="Sessions">Each with a client of its own.</param>
/// <param name="Window">The retry window; the clients' timeout and the network's delays go by it.</param>
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

/// <summary>What the clients met, what the network did, what the service did, and what it has lost.</summary>
sealed record FaultResult(
    Tally Tally, IReadOnlyDictionary<Fault, int> Faults, IReadOnlyDictionary<string, int> Outcomes, IReadOnlyList<string> Lost);

/// <summary>Acknowledged generations that the database does not have.</summary>
static class Lost
{
    public static IReadOnlyList<string> Of(Fleet fleet, Service service)
    {
        // First what was acknowledged, then what is there: in between more may come, but nothing may go.
        var acknowledged = fleet.Clients.Select(client => (client.SessionId, client.Generation)).ToList();
        var stored = service.Database.ReadGenerations();
        return [.. acknowledged
            .Where(one => stored.GetValueOrDefault(one.SessionId) < one.Generation)
            .Select(one => $"session {one.SessionId}: {one.Generation} acknowledged, {stored.GetValueOrDefault(one.SessionId)} stored")];
    }
}
