using System.CommandLine;
using Handstamp.Proof.Long;
using Handstamp.TestBed.Load;

namespace Handstamp.Proof.Faults;

/// <summary>The long forms of <see cref="FaultTests"/>.</summary>
static class FaultProof
{
    static readonly TimeSpan RetryWindow = TimeSpan.FromSeconds(3);

    static readonly string[] Expected = ["rotate", "hold", "replay", "quiet", "late_retry"];

    public static Command Faults()
    {
        var (seed, refreshes, sessions) = (Bound.Of("--seed", 1), Bound.Of("--refreshes", 100_000), Bound.Of("--sessions", 900));
        var (lost, jars, engine) = (Bound.Of("--lost", 10_000), Bound.Of("--jars", 300), OnEngine());
        var command = new Command("faults", "Refreshes through a network that fails, with clients and with shared jars.")
        {
            seed, refreshes, sessions, lost, jars, engine,
        };
        command.SetAction(async (given, cancel) =>
        {
            var run = new FaultRun(
                given.GetValue(seed), given.GetValue(refreshes), given.GetValue(sessions), RetryWindow, given.GetValue(engine));
            var shared = new JarRun(given.GetValue(seed), given.GetValue(lost), given.GetValue(jars), RetryWindow * 1.5, given.GetValue(engine));
            return Report(run, await run.RunAsync(cancel), shared, await shared.RunAsync(cancel));
        });
        return command;
    }

    public static Command Kill()
    {
        var (seed, kills, sessions) = (Bound.Of("--seed", 1), Bound.Of("--kills", 120), Bound.Of("--sessions", 300));
        var engine = OnEngine();
        var command = new Command("kill", "Kills the server again and again while it refreshes.") { seed, kills, sessions, engine };
        command.SetAction(async (given, cancel) =>
        {
            var run = new KillRun(
                given.GetValue(seed), given.GetValue(kills), given.GetValue(sessions), RetryWindow, given.GetValue(engine));
            return Report(run, await run.RunAsync(cancel));
        });
        return command;
    }

    public static Command Trail()
    {
        var (seed, kills, people) = (Bound.Of("--seed", 1), Bound.Of("--kills", 200), Bound.Of("--people", 12));
        var engine = OnEngine();
        var command = new Command("trail", "Kills the server again and again between a change and its event.") { seed, kills, people, engine };
        command.SetAction(async (given, cancel) =>
        {
            var run = new TrailRun(given.GetValue(seed), given.GetValue(kills), given.GetValue(people), given.GetValue(engine));
            return Report(run, await run.RunAsync(cancel));
        });
        return command;
    }

    static int Report(TrailRun run, TrailResult result)
    {
        var report = new Report(PageOf("trail", run.Engine), "No change without its event, and no event without its change")
            .Say($"{run.People} people constantly log in, log out, log out everywhere, and change their passwords, while the server is killed with " +
                "`kill -9` at random moments and restarted on the same files. After each kill, before the start, the database is checked " +
                "for changes of sessions without an event in the audit trail, and for events without a change." +
                (run.Engine == Engine.Postgres ? " Every third time, PostgreSQL is killed with all its processes and started again before that check." : ""))
            .Say($"**{result.Kills} kills, {result.Wrong.Count} differences** after {result.Changes:N0} acknowledged ends, with {result.Events:N0} events in the trail.");
        foreach (var what in result.Wrong) report.Say($"- {what}");
        return report.Save(result.Wrong.Count == 0, $"trail --seed {run.Seed} --kills {run.Kills} --people {run.People} --engine {run.Engine}");
    }

    public static Command Disk()
    {
        var (seed, spells, sessions) = (Bound.Of("--seed", 1), Bound.Of("--spells", 25), Bound.Of("--sessions", 200));
        var command = new Command("disk", "Lets the disk run full, and fsync fail, while the server refreshes.") { seed, spells, sessions };
        command.SetAction(async (given, cancel) =>
        {
            var runs = new List<(DiskRun, DiskResult)>();
            foreach (var fault in Enum.GetValues<DiskFault>())
            {
                var run = new DiskRun(given.GetValue(seed), fault, given.GetValue(spells), given.GetValue(sessions), RetryWindow);
                runs.Add((run, await run.RunAsync(cancel)));
            }
            return Report(runs);
        });
        return command;
    }

    static int Report(FaultRun run, FaultResult result, JarRun shared, JarRunResult sharing)
    {
        var report = new Report(PageOf("faults", run.Engine), "A bad network logs nobody out")
            .Say($"{run.Sessions} plain clients, each with its own session, refresh through a proxy on real connections. In a " +
                "third of the exchanges, in periods, the network disturbs three of five: it delays, drops, duplicates, reorders and " +
                "cuts requests and answers. A client has one attempt outstanding, abandons it after a third of the window, " +
                "and simply tries again with the token it has. Times are compressed ten to one: " +
                $"the window is {run.Window.TotalSeconds} s and a client's timeout {run.Window.TotalSeconds / 3} s; a message " +
                $"is delayed by at most {run.Window.TotalSeconds * 2 / 3} s.")
            .Say($"**{result.Tally.DefinitiveRefusals.Count} definitive refusals** (false logouts) in " +
                $"{result.Tally.Refreshes:N0} refreshes; {result.Lost.Count} acknowledged generations missing in the database.")
            .Table(["the clients", ""],
            [
                ["refreshes", $"{result.Tally.Refreshes:N0}"], ["attempts", $"{result.Tally.Attempts:N0}"],
                ["attempts without an answer", $"{result.Tally.Unanswered:N0}"],
                .. result.Tally.TransientRefusals.Select(refusal => (object[])[$"answered `{refusal.Key}`", $"{refusal.Value:N0}"]),
            ])
            .Table(["the service", ""], result.Outcomes.Select(outcome => (object[])[$"`{outcome.Key}`", $"{outcome.Value:N0}"]))
            .Table(["the network", ""], result.Faults.Select(fault => (object[])[$"{fault.Key}", $"{fault.Value:N0}"]));
        Complain(report, result.Tally, result.Lost);
        Say(report, shared, sharing);
        var holds = IsClean(result.Tally, result.Lost) && Expected.All(cell => result.Outcomes.GetValueOrDefault(cell) > 0)
            && IsClean(sharing.Tally, []) && Expected.All(cell => sharing.Outcomes.GetValueOrDefault(cell) > 0);
        return report.Save(
            holds,
            $"faults --seed {run.Seed} --refreshes {run.Refreshes} --sessions {run.Sessions} --lost {shared.LostAnswers} --jars {shared.Jars} --engine {run.Engine}");
    }

    static void Say(Report report, JarRun run, JarRunResult result)
    {
        report.Say("## Jars that several tabs share")
            .Say($"{run.Jars} jars with two to {JarRun.MostTabs} tabs each, on a separate service. A tab refreshes at any time, with the token that " +
                "the jar holds at that moment, abandons a request after a third of the window, and waits as long as a 409 says; a new token " +
                "replaces the one in the jar, in the order in which answers arrive, even if its request was abandoned. In a third of " +
                $"the exchanges, in periods, nearly all are disturbed; most of these lose their answers. The window is {run.Window.TotalSeconds} s; a message is delayed by at most " +
                $"{run.LongestDelay.TotalSeconds} s, so that request and answer stay within the quiet gap.")
            .Say($"**{result.Tally.DefinitiveRefusals.Count} definitive refusals** (false logouts) among {result.LostAnswers:N0} lost answers, in " +
                $"{result.Tally.Attempts:N0} attempts.")
            .Table(["the service", ""], result.Outcomes.Select(outcome => (object[])[$"`{outcome.Key}`", $"{outcome.Value:N0}"]))
            .Table(["the network", ""], result.Faults.Select(fault => (object[])[$"{fault.Key}", $"{fault.Value:N0}"]));
        Complain(report, result.Tally, []);
    }

    static int Report(KillRun run, KillResult result)
    {
        var report = new Report(PageOf("kill", run.Engine), "A killed server has lost nothing that it acknowledged")
            .Say($"{run.Sessions} plain clients refresh while the server is killed with `kill -9` and started again on the same " +
                "files: alternately at random moments, and at the moment when a client has received an answer. After " +
                "each kill, before the start, the database is checked for every generation that a client had received." +
                (run.Engine == Engine.Postgres ? " Every third time, PostgreSQL is killed with all its processes and started again before that check." : ""))
            .Say($"**{result.Kills} kills, {result.Lost.Count} acknowledged generations missing, " +
                $"{result.Tally.DefinitiveRefusals.Count} definitive refusals** in {result.Tally.Refreshes:N0} refreshes " +
                $"({result.Tally.Attempts:N0} attempts, {result.Tally.Unanswered:N0} of them without an answer).");
        Complain(report, result.Tally, result.Lost);
        return report.Save(IsClean(result.Tally, result.Lost), $"kill --seed {run.Seed} --kills {run.Kills} --sessions {run.Sessions} --engine {run.Engine}");
    }

    static int Report(IReadOnlyList<(DiskRun Run, DiskResult Result)> runs)
    {
        var first = runs[0].Run;
        var report = new Report("disk", "A failing disk costs answers, and nothing else")
            .Say($"{first.Sessions} plain clients refresh while the disk alternately fails and works for a while, {first.Spells} " +
                "times. A library between the service and the C library makes it fail: `Full` refuses writes that make a file " +
                "longer (ENOSPC), `FailingSync` every `fsync` and `fdatasync` (EIO). Nobody repairs or restarts the service. At the end it is " +
                "killed, and the database is checked for every generation that a client had received.")
            .Table(["disk", "refreshes", "answered 503 `storage_unavailable`", "other refusals for now", "acknowledged and missing", "definitive refusals"],
                runs.Select(run => (object[])
                [
                    run.Run.Fault, run.Result.Tally.Refreshes,
                    run.Result.Tally.TransientRefusals.GetValueOrDefault("storage_unavailable"),
                    run.Result.Tally.TransientRefusals.Where(refusal => refusal.Key != "storage_unavailable").Sum(refusal => refusal.Value),
                    run.Result.Lost.Count, run.Result.Tally.DefinitiveRefusals.Count,
                ]));
        foreach (var (_, result) in runs) Complain(report, result.Tally, result.Lost);
        return report.Save(
            runs.All(run => IsClean(run.Result.Tally, run.Result.Lost)),
            $"disk --seed {first.Seed} --spells {first.Spells} --sessions {first.Sessions}");
    }

    static Option<Engine> OnEngine() => new("--engine") { Description = "Where the service keeps its data: sqlite or postgres." };

    static string PageOf(string name, Engine engine) => engine == Engine.Sqlite ? name : $"{name}-postgres";

    static bool IsClean(Tally tally, IReadOnlyList<string> lost) => tally.DefinitiveRefusals.Count == 0 && lost.Count == 0;

    static void Complain(Report report, Tally tally, IReadOnlyList<string> lost)
    {
        foreach (var what in tally.DefinitiveRefusals.Concat(lost)) report.Say($"- {what}");
    }
}
