using Handstamp.Proof.Long;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// The page of all areas, made from the stored outcomes of each, also of the areas that this run did not try.
/// </summary>
static class MutantPage
{
    public static int Write()
    {
        var judgements = Judgements.Read();
        var results = Area.All.Select(area => AreaResult.Of(area, judgements)).ToList();
        var report = new Report("mutants", "Changes in the sources that no test detects").Say("""
            Stryker changes one place in the sources at a time: a comparison, a condition, a text, a statement that is removed.
            Each such mutant runs in its own process, with the tests that reach its place. A mutant is killed if a test fails or
            does not end. The mutants that survive are listed below, each with the reason why it may. An open mutant has
            survived the test classes nearest to it, and other tests that reach it have not run yet; it counts as not killed.
            Once a survivor is judged, only the nearest test classes run for it.
            The texts of exceptions are not changed. From time to time, the tests run without a mutant, as the last column
            shows: a test that fails then fails because of the machine.
            """);
        if (results.Where(result => result.IsPartial).Select(result => result.Area.Name).ToList() is { Count: > 0 } partial)
            report.Say($"**This run is not complete.** It has not tried all mutants of these areas: {string.Join(", ", partial)}.");
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
