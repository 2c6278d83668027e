using System.CommandLine;
using Handstamp.Proof.Long;

namespace Handstamp.Proof.Theft;

/// <summary>Honest clients and thieves under each rule, with enough of them for a table.</summary>
static class TheftProof
{
    const int RefreshesPerClient = 1000;

    static readonly Option<int> Seed = Number("--seed", 1, "Another seed, other traces.");
    static readonly Option<int> Clients = Number("--clients", 200, "Honest clients for each fault.");
    static readonly Option<int> LostAnswers = Number("--lost", 1_000_000, "Lost answers of jars, for each number of requests at once.");
    static readonly Option<int> Sessions = Number("--sessions", 200, "Stolen sessions for each kind of thief.");
    static readonly Option<int> Stored = Number("--stored", 5000, "Stolen sessions on SQLite.");

    public static Command Command()
    {
        var command = new Command("theft", "Compares rotation rules: false logouts, and how long a thief stays.")
        {
            Seed, Clients, LostAnswers, Sessions, Stored,
        };
        command.SetAction(async (asked, _) => await RunAsync(
            asked.GetValue(Seed), asked.GetValue(Clients), asked.GetValue(LostAnswers), asked.GetValue(Sessions),
            asked.GetValue(Stored)));
        return command;
    }

    static Option<int> Number(string name, int otherwise, string description) =>
        new(name) { DefaultValueFactory = _ => otherwise, Description = description };

    static async Task<int> RunAsync(int seed, int clients, int lost, int sessions, int stored)
    {
        var report = new Report("theft", "False logouts and thieves, rule by rule");
        var honest = HonestSample.DrawAll(seed, clients, RefreshesPerClient);
        var thefts = (from rule in RefreshRules.All
                      from thief in Thieves.All
                      select TheftSample.Draw(rule, thief, seed, sessions)).ToList();
        var odds = OddsRow.DrawAll(seed, runs: 100_000);
        var polling = PollingRow.DrawAll(seed);
        var jars = JarSample.DrawAll(lost, seed);
        var sharing = JarSample.DrawRules(seed, clients, RefreshesPerClient);
        var survivors = await PlayStoredAsync(seed, stored);

        TheftChart.Render(honest, thefts, report.File("svg"));
        TheftPage.Write(report, honest, sharing, thefts, odds);
        JarPage.Write(report, jars);
        PollingPage.Write(report, polling);
        TheftPage.WriteEnd(report, (stored, survivors.Count));
        foreach (var survivor in survivors.Take(1)) report.Say($"```\n{survivor}\n```");
        return report.Save(
            Holds(honest, sharing, thefts) && Holds(jars) && odds.All(row => row.Agrees) && survivors.Count == 0,
            $"theft --seed {seed} --clients {clients} --lost {lost} --sessions {sessions} --stored {stored}");
    }

    static async Task<List<string>> PlayStoredAsync(int seed, int runs)
    {
        await using var sessions = await StoredSessions.OpenAsync();
        var survivors = new List<string>();
        for (var run = 0; run < runs; run++)
        {
            var random = Draws.Generator(seed, part: -1000, run);
            if (await StoredTheft.PlayAsync(sessions, random) is { } survivor) survivors.Add(survivor);
        }
        return survivors;
    }

    static bool Holds(IReadOnlyList<JarSample> jars) =>
        jars.All(sample => sample.Result.Logouts == 0 == (sample.Rule == RefreshRules.Handstamp));

    static bool Holds(IReadOnlyList<HonestSample> honest, IReadOnlyList<JarSample> sharing, IReadOnlyList<TheftSample> thefts) =>
        honest.Where(sample => sample.Rule == RefreshRules.Handstamp).All(sample => sample.Logouts == 0)
        && sharing.Single(sample => sample.Rule == RefreshRules.Handstamp).Result.Logouts == 0
        && honest.Where(sample => sample.Rule == RefreshRules.Strict).All(sample => sample.Logouts > 0)
        && thefts.Where(sample => sample.Rule == RefreshRules.Handstamp && Thieves.Away.Contains(sample.Thief))
            .All(sample => sample.StillThere == 0);
}
