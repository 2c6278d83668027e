using System.CommandLine;
using Handstamp.Proof.Faults;
using Handstamp.Proof.Long;
using Handstamp.Rig;
using Handstamp.Rig.Report;
using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Revocation;

/// <summary>The long form of <see cref="RevocationTests"/>, which also measures how soon the sessions end.</summary>
static class RevocationProof
{
    static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    public static Command Command()
    {
        var (sessions, seconds) = (Bound.Of("--sessions", 1_000_000), Bound.Of("--seconds", 20));
        var engine = new Option<Engine>("--engine") { Description = "Where the service keeps its data: sqlite or postgres." };
        var command = new Command("revocation", "Revokes the MAC key of a million sessions while other sessions continue.") { sessions, seconds, engine };
        command.SetAction((given, cancel) => RunAsync(
            new RevocationRun(given.GetValue(sessions), given.GetValue(engine), TimeSpan.FromSeconds(given.GetValue(seconds))), cancel));
        return command;
    }

    static async Task<int> RunAsync(RevocationRun run, CancellationToken cancel)
    {
        await using var server = run.Engine == Engine.Postgres ? await PostgresServer.StartAsync("fsync=on") : null;
        return Report(await run.RunAsync(server, cancel));
    }

    static int Report(RevocationResult result)
    {
        var (run, soon) = (result.Run, result.Refusals);
        var nodes = run.Engine == Engine.Postgres ? "Two nodes on PostgreSQL (`fsync` on)" : "One node on SQLite";
        return new Report(run.Engine == Engine.Postgres ? "revocation-postgres" : "revocation", "A revoked MAC key ends all its sessions at once")
            .Say($"{nodes}, and an API that follows the feed. The first MAC key made the refresh tokens of {run.Sessions:N0} sessions, which were put " +
                "directly into the database, and of 20 sessions that logged in and are watched. Now the next key is in use: " +
                "with it, eight other sessions refresh without a pause (each refresh is a rotation that writes), and others log in and out one after another. " +
                "Then `handstamp keys revoke mac-1` runs. Afterwards every node is killed with `kill -9` and started again, and each token of the key is sent once more.")
            .Table(["", ""],
            [
                ["the command, from its start to its end", Milliseconds(soon.Command)],
                ["from its answer until every node refuses the refresh tokens of the key", Milliseconds(soon.AtNodes)],
                ["until the API refuses the access tokens of its sessions", Milliseconds(soon.AtApi)],
                ["entries on the feed that name the key, and that name one of its sessions", $"{result.KeyEvents}, {result.SessionEvents}"],
                ["tokens of the key that are accepted after the kill", result.TakenAgain],
                ["other sessions that have ended", result.OthersRefused],
            ])
            .Table([$"the slowest of the others, in {run.Beside.TotalSeconds:0} s", "before", "meanwhile"],
            [
                ["refreshes", $"{result.Before.Refreshes:N0}", $"{result.Meanwhile.Refreshes:N0}"],
                ["refresh", Milliseconds(result.Before.Refresh), Milliseconds(result.Meanwhile.Refresh)],
                ["logouts", $"{result.Before.Logouts:N0}", $"{result.Meanwhile.Logouts:N0}"],
                ["logout", Milliseconds(result.Before.Logout), Milliseconds(result.Meanwhile.Logout)],
                ["from a logout's answer to the refusal at the API", Milliseconds(result.Before.Heard), Milliseconds(result.Meanwhile.Heard)],
            ])
            .Say("Nothing is written to the sessions: every statement that reads a session also checks its key. So there is nothing to wait for, and nothing that a kill could interrupt.")
            .Say($"Everything runs on one machine: {Machine.Describe()}. Budget: {Promise.TotalSeconds:0} s to the refusal, at the nodes and at the API.")
            .Save(result.Holds && soon.AtNodes < Promise && soon.AtApi < Promise,
                $"revocation --sessions {run.Sessions} --seconds {run.Beside.TotalSeconds:0} --engine {run.Engine}");
    }

    static string Milliseconds(TimeSpan time) => $"{Format.Number(time.TotalMilliseconds)} ms";
}
