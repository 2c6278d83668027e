using System.Diagnostics;
using System.Text.Json;
using Handstamp.Proof.Faults;
using Handstamp.Proof.Feed;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Revocation;

/// <summary>
/// The MAC key of many sessions is revoked while others refresh and log out. Some of its sessions are watched, to see
/// when the last of them is refused at each node, and at an API. Then every node is killed and started again, and the
/// sessions are tried once more.
/// </summary>
sealed record RevocationRun(int Sessions, Engine Engine, TimeSpan Beside)
{
    const int Watched = 20;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    public async Task<RevocationResult> RunAsync(PostgresServer? server, CancellationToken cancel)
    {
        await using var here = await Installation.StartAsync(Engine, server);
        await here.FillAsync(Sessions);
        using var client = new HandstampClient(here.Nodes[0]);
        List<LoggedIn> watched = [await client.JoinAsync("watched@example.com")];
        while (watched.Count < Watched) watched.Add(await client.LoginAsync("watched@example.com"));
        await TakeOverAsync(here, cancel);
        await using var api = await Api.StartAsync(here.Issuer);
        foreach (var session in watched)
            if (!await api.TakesAsync(session.AccessToken)) throw new InvalidOperationException("A watched session was refused before its key was revoked.");
        var others = await Others.LogInAsync(here.Nodes, api);

        var before = await others.RunAsync(Beside, Task.CompletedTask, cancel);
        Task<Refusals>? revoking = null;
        var meanwhile = await others.RunAsync(Beside, revoking = RevokeAsync(here, api, watched, cancel), cancel);
        await here.RestartAsync();

        return new RevocationResult(
            this, await revoking, before, meanwhile, await others.CountRefusedAsync(),
            await CountTakenAsync(here, watched), await here.CountAsync("SELECT count(*) FROM revocations WHERE key_id = 'mac-1'"),
            await here.CountAsync("SELECT count(*) FROM revocations WHERE reason = 11 AND session_id IS NOT NULL"));
    }

    /// <summary>The next key makes the tokens of the other sessions.</summary>
    static async Task TakeOverAsync(Installation here, CancellationToken cancel)
    {
        using var answer = JsonDocument.Parse(await here.RunAsync("keys", "rotate", "mac", "--now", "--json"));
        var start = answer.RootElement.GetProperty("active_from").GetDateTimeOffset();
        while (DateTimeOffset.UtcNow < start.AddSeconds(1)) await Task.Delay(Pause * 50, cancel);
    }

    static async Task<Refusals> RevokeAsync(Installation here, Api api, List<LoggedIn> watched, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        await here.RunAsync("keys", "revoke", "mac-1", "--yes");
        var (took, answered) = (Stopwatch.GetElapsedTime(start), Stopwatch.GetTimestamp());
        // Send each token to one node only, as a refresh would replace it. The access token at the API stays the same.
        var share = watched.Count / (here.Nodes.Count + 1);
        var doors = here.Nodes.Select((node, number) => RefusedAtNodeAsync(node, watched[(number * share)..((number + 1) * share)], answered, cancel));
        var atApi = await Task.WhenAll(watched[(here.Nodes.Count * share)..].Select(session => api.RefusesAfterAsync(session.AccessToken, answered)));
        var atNodes = await Task.WhenAll(doors);
        return new Refusals(took, atNodes.Max(), atApi.Max() ?? TimeSpan.MaxValue);
    }

    static async Task<TimeSpan> RefusedAtNodeAsync(Uri node, List<LoggedIn> sessions, long since, CancellationToken cancel)
    {
        using var client = new HandstampClient(node);
        foreach (var session in sessions)
        {
            for (var token = session.RefreshToken; await client.RefreshAsync(token) is (200, var renewed); token = renewed.GetProperty("refresh_token").GetString()!)
            {
                if (Stopwatch.GetElapsedTime(since) > Eventually.Timeout) throw new TimeoutException("The node still accepts tokens of the revoked key.");
                await Task.Delay(Pause, cancel);
            }
        }
        return Stopwatch.GetElapsedTime(since);
    }

    static async Task<int> CountTakenAsync(Installation here, List<LoggedIn> watched)
    {
        var taken = 0;
        foreach (var node in here.Nodes)
        {
            using var client = new HandstampClient(node);
            foreach (var session in watched)
                if ((await client.RefreshAsync(session.RefreshToken)).Status != 401 || (await client.GetAsync("me", session.AccessToken)).Status != 401)
                    taken++;
        }
        return taken;
    }
}

/// <param name="Command">How long <c>handstamp keys revoke</c> took.</param>
/// <param name="AtNodes">From the answer of the command until every node refused the refresh tokens of the key.</param>
/// <param name="AtApi">From the answer of the command until the API refused the access tokens of its sessions.</param>
sealed record Refusals(TimeSpan Command, TimeSpan AtNodes, TimeSpan AtApi);

/// <param name="Run">The settings of the run.</param>
/// <param name="Refusals">How soon the tokens were refused.</param>
/// <param name="Before">The other sessions, before the command.</param>
/// <param name="Meanwhile">The other sessions, during the command.</param>
/// <param name="OthersRefused">The number of other sessions that had ended in the end.</param>
/// <param name="TakenAgain">Tokens of the key that were accepted after all nodes had been killed.</param>
/// <param name="KeyEvents">Entries of the feed that name the key.</param>
/// <param name="SessionEvents">Entries of the feed that name one of the key's sessions.</param>
sealed record RevocationResult(
    RevocationRun Run, Refusals Refusals, Slowest Before, Slowest Meanwhile, int OthersRefused, int TakenAgain, long KeyEvents, long SessionEvents)
{
    public bool Holds => this is { OthersRefused: 0, TakenAgain: 0, KeyEvents: 1, SessionEvents: 0 };
}
