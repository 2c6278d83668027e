using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Runs;

/// <summary>APIs that see tokens again, and new ones. An API without its own issuer gets Handstamp's.</summary>
sealed class ApiRun(Settings settings, Contestants contestants, int round, Gauge gauge)
{
    /// <summary>A load of new tokens ends when all of these have been sent; a third of them is for the warm-up.</summary>
    const int Many = 60_000;

    /// <summary>
    /// Where nothing is remembered, a repeated token costs the same as a new one, and a few tokens are enough.
    /// </summary>
    const int Few = 1000;

    public void Run(IReadOnlyList<Contestant> apis)
    {
        if (!settings.Wants(Operations.Known) && !settings.Wants(Operations.New)) return;

        foreach (var contestant in apis.Where(contestant => contestant.Api is { Command: null })) RunAlone(contestant);
        var followers = apis.Where(contestant => contestant.Api is { Command: not null }).ToList();
        if (followers.Count == 0) return;

        using var data = new WorkDirectory(settings.Root);
        var place = new Place(ServerProcess.FreePort(), data.Path);
        using var issuer = new ServerProcess(contestants.Serve(place, "--environment", "Development"), place.Port);
        var tokens = Mint(contestants.Handstamp.Service!, issuer, settings.Smoke ? Few : Many);
        foreach (var contestant in followers) RunWith(contestant, place.Url, tokens);
    }

    void RunAlone(Contestant contestant)
    {
        using var data = new WorkDirectory(settings.Root);
        var place = new Place(ServerProcess.FreePort(), data.Path);
        var command = contestant.Service!.Command(place);
        using var server = new ServerProcess(command with { Environment = Commands.ApiEnvironment }, place.Port);
        Measure(contestant, server, Mint(contestant.Service!, server, Few));
    }

    void RunWith(Contestant contestant, string issuer, IReadOnlyList<string> tokens)
    {
        using var data = new WorkDirectory(settings.Root);
        var place = new Place(ServerProcess.FreePort(), data.Path);
        using var server = new ServerProcess(contestant.Api!.Command!(place, issuer), place.Port);
        server.FirstAnswer(Message.Call(contestant.Api.Known, tokens[0]));
        Measure(contestant, server, tokens);
    }

    List<string> Mint(Service service, ServerProcess server, int count)
    {
        server.FirstAnswer(new Message("GET", service.Ready));
        using var connection = new Connection(server.Port);
        var sessions = Sessions.LogIn(service.Dialect, connection, Sessions.Register(service.Dialect, connection));
        var tokens = new List<string>(count);
        using var generator = new Generator(
            server.Port, [.. sessions.Select(token => new RefreshingCaller(service.Dialect.Template, token, tokens))]);
        while (tokens.Count < count) generator.Run(TimeSpan.FromSeconds(0.2));
        generator.Drain();
        return tokens;
    }

    void Measure(Contestant contestant, ServerProcess server, IReadOnlyList<string> tokens)
    {
        if (settings.Wants(Operations.Known)) MeasureKnown(contestant, server, tokens.Take(Settings.Callers));
        if (settings.Wants(Operations.New)) MeasureNew(contestant, server, [.. tokens.Skip(Settings.Callers)]);
    }

    void MeasureKnown(Contestant contestant, ServerProcess server, IEnumerable<string> tokens)
    {
        using var generator = new Generator(server.Port, [.. tokens.Select(token =>
            new RepeatingCaller(Message.Call(contestant.Api!.Known, token).ToBytes(), 200))]);
        gauge.Measure(contestant.Key, Operations.Known, round, [server], generator);
    }

    void MeasureNew(Contestant contestant, ServerProcess server, List<string> tokens)
    {
        var forWarmUp = tokens.Count / 3;
        using var warmUp = Drawing(contestant.Api!, server, tokens[..forWarmUp]);
        using var generator = Drawing(contestant.Api!, server, tokens[forWarmUp..]);
        gauge.Measure(contestant.Key, Operations.New, round, [server], generator, warmUp: warmUp);
    }

    static Generator Drawing(Api api, ServerProcess server, List<string> tokens)
    {
        var draw = new Draw([.. tokens.Select(token => Message.Call(api.New, token).ToBytes())], again: !api.Remembers);
        var callers = Enumerable.Range(0, Settings.Callers).Select(_ => new DrawingCaller(draw));
        return new Generator(server.Port, [.. callers]);
    }
}
