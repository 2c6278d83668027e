using System.Diagnostics;
using Handstamp.Proof.Faults;
using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;
using Handstamp.TestBed;

namespace Handstamp.Proof.Growth;

/// <summary>Strangers send any requests, through a trusted proxy; then the run looks at the database.</summary>
/// <param name="Hashed">Requests that are hashed.</param>
/// <param name="Refused">Requests that are refused without a hash.</param>
/// <param name="Engine">Where the service keeps its data.</param>
sealed record GrowthRun(int Hashed, int Refused, Engine Engine)
{
    const int Callers = 32;

    public async Task<GrowthResult> RunAsync(string data)
    {
        await using var database = await Database.MakeAsync(Engine, data);
        var place = new Place(ServerProcess.FreePort(), data);
        using var server = new ServerProcess(Serve(place, database), place.Port);
        server.FirstAnswer(new Message("GET", "/health/ready"));

        var (before, start) = (database.Size(), Stopwatch.GetTimestamp());
        Send(place, [.. Enumerable.Range(0, Hashed).Select(Strangers.Hashed), .. Strangers.First], 201, 401);
        var hashed = database.Size();
        Send(place, Enumerable.Range(0, Refused).Select(Strangers.Refused), 400, 401, 429);
        // Refusals are added up in memory, and written every few seconds.
        await Eventually.TrueAsync(() => database.Size().Refusals > 0, "refusals are in the database");
        return new GrowthResult(this, hashed - before, database.Size() - hashed, Stopwatch.GetElapsedTime(start));
    }

    static void Send(Place place, IEnumerable<Message> requests, params int[] expected)
    {
        using var all = requests.GetEnumerator();
        using var generator = new Generator(place.Port, [.. Enumerable.Range(0, Callers).Select(_ => new StrangerCaller(all, expected))]);
        generator.Run(TimeSpan.FromDays(1));
        generator.Drain();
    }

    static ServerCommand Serve(Place place, Database database) => new(HandstampExecutable.Path,
    [
        "serve", "--data", place.Data, "--urls", place.Url, "--Logging:Level=Warning", "--Proxy:Networks=127.0.0.0/8",
        "--Accounts:Hashing:MemoryKiB=7168", "--Accounts:Hashing:Passes=5",
        // One failure, and a day's wait, so that each counter stays as long as possible.
        "--Accounts:Throttle:AccountFree=1", "--Accounts:Throttle:AccountFirstDelay=1.00:00:00", "--Accounts:Throttle:AccountMaxDelay=1.00:00:00",
        "--Accounts:Throttle:NetworkFree=1", "--Accounts:Throttle:NetworkFirstDelay=1.00:00:00", "--Accounts:Throttle:NetworkMaxDelay=1.00:00:00",
        "--Accounts:Throttle:RegistrationFree=1", "--Accounts:Throttle:RegistrationFirstDelay=1.00:00:00", "--Accounts:Throttle:RegistrationMaxDelay=1.00:00:00",
        .. database.Settings,
    ]);
}

/// <param name="Run">What was sent.</param>
/// <param name="AfterHashed">What the hashed requests left, accounts included.</param>
/// <param name="AfterRefused">What all the other requests left.</param>
/// <param name="Took">How long it all took.</param>
sealed record GrowthResult(GrowthRun Run, DatabaseSize AfterHashed, DatabaseSize AfterRefused, TimeSpan Took)
{
    /// <summary>The maximum number of rows of refusals: a thousand for each minute, and one more for each kind.</summary>
    public long MostRefusals => ((long)Took.TotalMinutes + 2) * (1000 + 7);
}
