using System.Collections.Concurrent;
using System.Diagnostics;
using Handstamp.TestBed.Faults;
using Handstamp.TestBed.Load;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Feed;

/// <summary>
/// Three nodes on one database, behind a balancer, and APIs that follow the feed through it. Sessions are refreshed and
/// ended at a fixed rate, while plain clients refresh and stay logged in, and the nodes are killed and started again,
/// one after another. Each end is timed at one API, in turn. Afterwards, every API is asked about every session.
/// </summary>
sealed record FeedRun(TimeSpan Duration, int Apis, int PerSecond, TimeSpan BetweenKills)
{
    const int Nodes = 3;
    const int Staying = 100;
    const int PlainClients = 100;

    // If more are running at once, the machine does not keep up. Then the rate drops, and the page says so.
    const int MaxAtOnce = 200;

    static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    readonly ConcurrentQueue<EndedSession> _ended = new();
    readonly List<long> _kills = [];

    public async Task<FeedResult> RunAsync(PostgresServer server, CancellationToken cancel)
    {
        HandstampNodes? nodes = null;
        await using var balancer = new Balancer(() => [.. nodes!.Processes.Select(node => node.Address)]);
        await using var started = nodes = await HandstampNodes.StartAsync(
            await server.CreateDatabaseAsync(), Nodes, $"--Issuer={balancer.Address.GetLeftPart(UriPartial.Authority)}",
            $"--Sessions:RetryWindow={Window:c}", "--Accounts:Throttle:AccountFree=10000", "--Logging:Level=Warning");
        var apis = await Task.WhenAll(Enumerable.Range(0, Apis).Select(_ => Api.StartAsync(balancer.Address)));
        try
        {
            return await RunAsync(nodes, balancer.Address, apis, cancel);
        }
        finally
        {
            foreach (var api in apis) await api.DisposeAsync();
        }
    }

    async Task<FeedResult> RunAsync(HandstampNodes nodes, Uri service, Api[] apis, CancellationToken cancel)
    {
        var sessions = await Crowd.ComeAsync(nodes, (int)(Duration.TotalSeconds * PerSecond) + Staying);
        var tally = new Tally(int.MaxValue);
        using var fleet = await Fleet.LogInAsync(service, [service], PlainClients, Window, seed: 1);
        using var http = new HttpClient { BaseAddress = service };
        var ender = new Ender(http);
        var staying = await Task.WhenAll(sessions.Take(Staying).Select(ender.RefreshAsync));
        var before = Memory.Of(nodes, apis);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var beside = Task.WhenAll(fleet.RunAsync(tally, over.Token), KillAsync(nodes, over.Token));
        var took = await EndAllAsync([.. sessions.Skip(Staying)], ender, apis, cancel);
        await over.CancelAsync();
        await beside;

        var after = Memory.Of(nodes, apis);
        return new FeedResult(
            [.. _ended], took, _kills, tally, await FindMissedAsync(apis), await FindRefusedAsync(apis, staying), before, after);
    }

    /// <summary>Ends the sessions at the rate, as far as the machine keeps up, and returns how long that took.</summary>
    async Task<TimeSpan> EndAllAsync(IReadOnlyList<string> sessions, Ender ender, Api[] apis, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        using var room = new SemaphoreSlim(MaxAtOnce);
        var running = new List<Task>();
        for (var number = 0; number < sessions.Count; number++)
        {
            var early = TimeSpan.FromSeconds(number / (double)PerSecond) - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.Zero) await Task.Delay(early, cancel);
            await room.WaitAsync(cancel);
            running.Add(EndOneAsync(sessions[number], apis[number % apis.Length]));
        }
        var took = Stopwatch.GetElapsedTime(start);
        await Task.WhenAll(running);
        return took;

        async Task EndOneAsync(string session, Api api)
        {
            try
            {
                await EndAsync(session, ender, api);
            }
            finally
            {
                room.Release();
            }
        }
    }

    async Task EndAsync(string session, Ender ender, Api api)
    {
        var accessToken = await ender.RefreshAsync(session);
        var taken = await api.TakesAsync(accessToken);
        var answered = await ender.EndAsync(accessToken);
        var at = Stopwatch.GetTimestamp();
        _ended.Enqueue(new EndedSession(accessToken, at, taken, answered, await api.RefusesAfterAsync(accessToken, at)));
    }

    async Task KillAsync(HandstampNodes nodes, CancellationToken over)
    {
        try
        {
            for (var node = 0; ; node = (node + 1) % Nodes)
            {
                await Task.Delay(BetweenKills, over);
                _kills.Add(Stopwatch.GetTimestamp());
                await nodes.RestartAsync(node);
            }
        }
        catch (OperationCanceledException)
        {
            // All sessions have ended.
        }
    }

    /// <summary>The APIs that still accept an ended session in the end.</summary>
    async Task<IReadOnlyList<string>> FindMissedAsync(Api[] apis)
    {
        var since = Stopwatch.GetTimestamp();
        return await FindAsync(apis, [.. _ended.Select(session => session.AccessToken)],
            async (api, token) => await api.RefusesAfterAsync(token, since) is null);
    }

    static Task<IReadOnlyList<string>> FindRefusedAsync(Api[] apis, string[] staying) =>
        FindAsync(apis, staying, async (api, token) => !await api.TakesAsync(token));

    static async Task<IReadOnlyList<string>> FindAsync(Api[] apis, string[] tokens, Func<Api, string, Task<bool>> isWrong)
    {
        var wrong = new ConcurrentQueue<string>();
        await Parallel.ForAsync(0, apis.Length * tokens.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (pair, _) =>
        {
            var (api, token) = (pair % apis.Length, tokens[pair / apis.Length]);
            if (await isWrong(apis[api], token)) wrong.Enqueue($"API {api}, token {pair / apis.Length}");
        });
        return [.. wrong];
    }
}
