using System.CommandLine;
using System.Diagnostics;
using Handstamp.Proof.Long;

namespace Handstamp.Proof.Mutants;

/// <summary>Changes the sources at one place after the other, and looks whether any test notices.</summary>
static class MutantProof
{
    public static Command Command()
    {
        var area = new Option<string[]>("--area") { AllowMultipleArgumentsPerToken = true, Description = "Only these." };
        area.AcceptOnlyFromAmong([.. Area.All.Select(one => one.Name)]);
        var minutes = Bound.Of("--minutes", 24 * 60);
        var command = new Command("mutants", "Changes the sources, one place at a time, and looks whether a test notices. Goes on where it broke off.")
        {
            area, minutes,
        };
        command.SetAction(given => Run(given.GetValue(area) ?? [], TimeSpan.FromMinutes(given.GetValue(minutes))));
        return command;
    }

    static int Run(string[] only, TimeSpan time)
    {
        var begun = Stopwatch.GetTimestamp();
        foreach (var area in Area.All.Where(area => only.Length == 0 || only.Contains(area.Name)))
            Try(area, () => Stopwatch.GetElapsedTime(begun) < time);
        return MutantPage.Write();
    }

    static void Try(Area area, Func<bool> hasTime)
    {
        var project = MutatedProject.Make(area.Project);
        if (!hasTime()) return;
        var (bench, outcomes) = (new TestBench(area, project), new Outcomes(area));
        var due = project.Mutants.Where(mutant => area.Holds(mutant) && outcomes.IsDue(mutant, bench.Digest)).ToList();
        for (var tried = 0; tried < due.Count && hasTime(); tried++)
        {
            var outcome = bench.Try(due[tried]);
            outcomes.Add(due[tried], outcome, bench.Digest);
            Console.WriteLine($"{area.Name} {tried + 1}/{due.Count} {outcome} {due[tried].Id} {due[tried].File}:{due[tried].Line}");
            if (outcome is Outcome.Survived or Outcome.NotReached) Console.WriteLine($"  - {due[tried].Before}\n  + {due[tried].After}");
        }
    }
}
