using System.CommandLine;
using System.Diagnostics;
using Handstamp.Proof.Long;

namespace Handstamp.Proof.Mutants;

/// <summary>Changes the sources, one place at a time, and checks whether a test notices.</summary>
static class MutantProof
{
    public static Command Command()
    {
        var area = new Option<string[]>("--area") { AllowMultipleArgumentsPerToken = true, Description = "Only these." };
        area.AcceptOnlyFromAmong([.. Area.All.Select(one => one.Name)]);
        var file = new Option<string>("--file") { Description = "Only the mutants of files whose path has this in it." };
        var minutes = Bound.Of("--minutes", 24 * 60);
        var command = new Command("mutants", "Changes the sources, one place at a time, and checks whether a test notices. Continues where the last run stopped.")
        {
            area, file, minutes,
        };
        command.SetAction((given, _) => RunAsync(given.GetValue(area) ?? [], given.GetValue(file) ?? "", TimeSpan.FromMinutes(given.GetValue(minutes))));
        return command;
    }

    static async Task<int> RunAsync(string[] only, string file, TimeSpan time)
    {
        var begun = Stopwatch.GetTimestamp();
        var areas = Area.All.Where(area => only.Length == 0 || only.Contains(area.Name)).ToList();
        // The nearest classes kill most mutants, and are cheap to run, so they run for every area first.
        foreach (var all in new[] { false, true })
            foreach (var area in areas)
                await TryAsync(area, file, all, () => Stopwatch.GetElapsedTime(begun) < time);
        return MutantPage.Write();
    }

    static async Task TryAsync(Area area, string file, bool all, Func<bool> hasTime)
    {
        if (!hasTime()) return;
        var project = await MutatedProject.MakeAsync(area.Project);
        var (bench, outcomes, tried) = (await TestBench.OfAsync(area, project, Judgements.Read(), all), new Outcomes(area), 0);
        outcomes.KeepOnly(project.Mutants.Where(area.Holds));
        foreach (var mutant in project.Mutants) bench.Learn(mutant, outcomes.Of(mutant));
        var due = project.Mutants.Where(mutant => area.Holds(mutant) && mutant.File.Contains(file, StringComparison.Ordinal) && bench.IsDue(mutant, outcomes.Of(mutant))).ToList();
        // A test that fails often waits first for what does not come.
        await SideBySide.EachAsync(
            due.TakeWhile(_ => hasTime()), mutant => TryAsync(area, mutant, bench, outcomes, Interlocked.Increment(ref tried), due.Count), perProcessor: 2);
    }

    static async Task TryAsync(Area area, Mutant mutant, TestBench bench, Outcomes outcomes, int number, int of)
    {
        if (Controls.IsDue(number)) Controls.Add(area, await bench.PassesWithoutAsync(mutant));
        var trial = await bench.TryAsync(mutant, outcomes.Of(mutant));
        outcomes.Add(mutant, trial);
        var shown = trial.Outcome is Outcome.Killed or Outcome.TimedOut ? trial.By : $"\n  - {mutant.Before}\n  + {mutant.After}";
        Console.WriteLine($"{area.Name} {number}/{of} {trial.Outcome} {mutant.Id} {mutant.File}:{mutant.Line} {shown}");
    }
}
