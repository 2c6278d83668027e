using Handstamp.Proof.Long;

namespace Handstamp.Proof.Mutants;

/// <summary>The page of all areas, from what is kept of each, whichever of them this run was about.</summary>
static class MutantPage
{
    public static int Write()
    {
        var judgements = Judgements.Read();
        var results = Area.All.Select(area => AreaResult.Of(area, judgements)).ToList();
        var report = new Report("mutants", "Changed sources that no test notices").Say("""
            Stryker changes the sources at one place after the other: a comparison, a condition, a text, a statement that is
            left out. Each such mutant is on in a process of its own, in which the tests run that reach its place. It is
            killed if one fails, or does not end. Those that survive are below, each with why it may. An open one has survived
            the classes nearest to it, and others that reach it have not been asked yet; it counts as not killed. The texts of
            exceptions are not changed. Now and then the tests run with no mutant on, as the last column says: what fails then
            fails for the machine.
            """);
        if (results.Where(result => result.IsPartial).Select(result => result.Area.Name).ToList() is { Count: > 0 } partial)
            report.Say($"**This is no whole run.** Of these areas not all has been tried to the end: {string.Join(", ", partial)}.");
        report.Table(
            [
                "area", "mutants", "tried", "killed", "of them by time", "survived", "of them not reached", "open", "killed of the tried",
                "goal", "not judged", "failed with no mutant",
            ],
            results.Select(result => result.Row));
        foreach (var result in results.Where(result => result.Survivors.Count > 0))
            report.Say($"## {result.Area.Name}").Table(["place", "was", "became", "judged"], result.SurvivorRows);
        return report.Save(results.All(result => result.Holds), "mutants");
    }
}
