using System.Collections.Concurrent;
using System.Text.Json;
using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;
using Handstamp.TestBed;

namespace Handstamp.Proof.Flood;

/// <summary>
/// People refresh at a fixed rate, alternately alone and while somebody floods the login at three times the rate that
/// can be hashed. The service runs with its default cost and queue.
/// </summary>
sealed class FloodRun : IDisposable
{
    const int People = 32;
    const int PerSecond = 200;
    const int Attackers = 200;
    const double TimesTheCapacity = 3;

    // On a machine that hashes very slowly, a connection that waits long would be closed as a silent one.
    const double LeastPerSecond = Attackers / 2.0;

    readonly TempDirectory _data = new();
    readonly ServerProcess _server;
    readonly IReadOnlyList<RefreshingCaller> _people;

    public FloodRun()
    {
        var place = new Place(ServerProcess.FreePort(), _data.Path);
        _server = new ServerProcess(Serve(place), place.Port);
        _server.FirstAnswer(new Message("GET", "/health/ready"));
        using var connection = new Connection(place.Port);
        var account = Account.Number(1);
        connection.Ask(Dialect.Handstamp.Register!(account).ToBytes());
        _people = [.. Enumerable.Range(0, People).Select(_ => new RefreshingCaller(
            Dialect.Handstamp.Template, RefreshToken(connection.Ask(Dialect.Handstamp.Login(account).ToBytes()))))];
    }

    /// <summary>How many logins a second can be hashed.</summary>
    public double MeasureCapacity(TimeSpan duration)
    {
        var answers = new ConcurrentDictionary<int, int>();
        using var generator = new Generator(_server.Port, [.. Enumerable.Range(0, 8).Select(number => new FloodCaller(number, answers))]);
        var load = generator.Run(duration);
        generator.Drain();
        return load.Operations / load.Elapsed.TotalSeconds;
    }

    /// <summary>One turn without the flood and one with it.</summary>
    public FloodTurn Run(double capacity, TimeSpan duration)
    {
        var quiet = Refresh(duration);
        var answers = new ConcurrentDictionary<int, int>();
        using var over = new CancellationTokenSource();
        using var attackers = new Generator(
            _server.Port, [.. Enumerable.Range(0, Attackers).Select(number => new FloodCaller(number, answers))],
            Math.Max(capacity * TimesTheCapacity, LeastPerSecond));
        var flood = Task.Factory.StartNew(
            () => attackers.Run(TimeSpan.FromHours(1), over.Token), over.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var flooded = Refresh(duration);
        var megabytes = _server.ResidentMegabytes;
        over.Cancel();
        var attempts = flood.Result;
        attackers.Drain();
        return new FloodTurn(
            quiet, flooded, attempts.Operations / attempts.Elapsed.TotalSeconds,
            answers.GetValueOrDefault(401), answers.GetValueOrDefault(503), megabytes);
    }

    public void Dispose()
    {
        _server.Dispose();
        _data.Dispose();
    }

    Latency Refresh(TimeSpan duration)
    {
        using var generator = new Generator(_server.Port, _people, PerSecond);
        var load = generator.Run(duration);
        generator.Drain();
        return new Latency(load.Operations, generator.Percentile(0.5), generator.Percentile(0.99));
    }

    static string RefreshToken(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("refresh_token").GetString()!;
    }

    static ServerCommand Serve(Place place) => new(HandstampExecutable.Path,
    [
        "serve", "--data", place.Data, "--urls", place.Url, "--Sessions:RetryWindow=0", "--Logging:Level=Warning",
        "--Accounts:Throttle:NetworkFree=10000",
    ]);
}

sealed record Latency(int Refreshes, TimeSpan P50, TimeSpan P99);

/// <param name="Quiet">The times of the refreshes without the flood.</param>
/// <param name="Flooded">The times of the refreshes in the flood.</param>
/// <param name="PerSecond">Logins that the flood tried.</param>
/// <param name="Hashed">Logins that were hashed, and refused as wrong.</param>
/// <param name="Refused">Logins that were refused at once, with 503.</param>
/// <param name="Megabytes">The server's memory in the flood.</param>
sealed record FloodTurn(Latency Quiet, Latency Flooded, double PerSecond, int Hashed, int Refused, double Megabytes)
{
    public double Ratio => Flooded.P99 / Quiet.P99;
}
