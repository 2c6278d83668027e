using Handstamp.Rig.Capacity;
using Handstamp.Rig.Report;
using Handstamp.Rig.Runs;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig;

/// <summary>All rounds; in each round, every contestant in turn.</summary>
static class Measurements
{
    public static void Run(Settings settings)
    {
        var contestants = new Contestants(settings);
        var results = NewResults(settings, contestants);
        var chosen = contestants.All
            .Where(contestant => settings.Contestants.Count == 0 || settings.Contestants.Contains(contestant.Key))
            .ToList();
        for (var round = 1; round <= settings.Rounds; round++)
        {
            RunRound(settings, contestants, chosen, round, results.Loads);
            // Other work of the machine should not always affect the same contestant.
            chosen.Reverse();
        }

        foreach (var contestant in chosen.Where(contestant => contestant.Service is not null))
            new StartRun(settings, results.Starts).Run(contestant);
        if (settings.Postgres && settings.Wants(Operations.Many) && chosen.Any(contestant => contestant.Key == Contestants.OurKey))
            results.Many = MeasureMany(settings, contestants);
        if (settings.IsComplete) Write(settings, results, contestants);
    }

    static void Write(Settings settings, Results results, Contestants contestants)
    {
        var charts = new Charts(results, contestants);
        var work = Directory.CreateDirectory(Path.Combine(settings.Root, "artifacts/rig/charts")).FullName;
        foreach (var (name, chart) in settings.Postgres ? charts.OnPostgres : charts.All)
            File.WriteAllText(Path.Combine(work, $"{name}.json"), chart.ToJsonString());
        if (settings.Postgres) WriteOnPostgres(settings.Root, results, contestants);
        else WritePage(settings.Root, "RESULTS.md", new ResultsPage(results, contestants).Write());
    }

    static void WriteOnPostgres(string root, Results results, Contestants contestants)
    {
        WritePage(root, "RESULTS-postgres.md", new PostgresPage(results, contestants).Write());
        new Measured(results.Measured, results.Commit, results.Machine, results.Many!).Write(root);
        CapacityPage.Rewrite(root);
    }

    static void WritePage(string root, string name, string text) =>
        File.WriteAllText(Path.Combine(root, "bench", name), text);

    static void RunRound(
        Settings settings, Contestants contestants, List<Contestant> chosen, int round, List<Result> loads)
    {
        var gauge = new Gauge(settings, loads);
        foreach (var contestant in chosen.Where(contestant => contestant.Service is not null))
        {
            using var run = new ServiceRun(settings, contestant, round, gauge);
            run.Run();
        }

        new ApiRun(settings, contestants, round, gauge).Run(chosen);
    }

    static ManySessions MeasureMany(Settings settings, Contestants contestants)
    {
        using var run = new ManyRun(settings, contestants);
        var many = run.Run();
        Console.WriteLine(many);
        return many;
    }

    static Results NewResults(Settings settings, Contestants contestants) => new([], [])
    {
        Measured = $"{DateTime.UtcNow:yyyy-MM-dd}",
        Commit = settings.IsComplete ? Machine.Commit(settings.Root) : "",
        Machine = Machine.Describe(),
        Rounds = settings.Rounds,
        Seconds = settings.Seconds,
        ExecutableMegabytes = new FileInfo(contestants.HandstampExecutable).Length / 1e6,
    };
}
