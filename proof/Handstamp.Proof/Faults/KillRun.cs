using Handstamp.TestBed.Load;

namespace Handstamp.Proof.Faults;

/// <summary>
/// Plain clients refresh while the server is killed and started again on the same files: alternately at random moments,
/// and at the moment when a client has received an answer. After each kill, before the start, the database is checked
/// for every acknowledged generation. Where the database is a server, it is also killed every third time.
/// </summary>
sealed record KillRun(int Seed, int Kills, int Sessions, TimeSpan Window, Engine Engine = Engine.Sqlite)
{
    public async Task<KillResult> RunAsync(CancellationToken cancel)
    {
        await using var service = await Service.StartAsync(Window, Engine);
        var tally = new Tally(int.MaxValue);
        using var fleet = await Fleet.LogInAsync(service.Address, [service.Address], Sessions, Window, Seed);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var clients = fleet.RunAsync(tally, enough.Token);

        var random = new Random(Seed);
        var lost = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(Window * (2.0 / 3 * random.NextDouble()), cancel);
            if (kill % 3 == 2) await service.Database.KillAsync();
            if (kill % 2 == 0) await tally.AtNextRefreshAsync(service.Kill);
            await service.RestartAsync(whileDown: () => lost.AddRange(Lost.Of(fleet, service)));
        }

        await enough.CancelAsync();
        await clients;
        lost.AddRange(Lost.Of(fleet, service));
        return new KillResult(tally, Kills, lost);
    }
}

sealed record KillResult(Tally Tally, int Kills, IReadOnlyList<string> Lost);
