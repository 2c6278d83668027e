namespace Handstamp.Proof.Faults;

/// <summary>The promise that an honest client is never logged out, against the real executable.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_network_that_delays_drops_doubles_reorders_and_cuts_logs_nobody_out(Engine engine)
    {
        var result = await new FaultRun(Seed: 1, Refreshes: 4000, Sessions: 500, TimeSpan.FromSeconds(3), engine).RunAsync(Cancel);

        output.WriteLine($"{result.Tally.Refreshes} refreshes in {result.Tally.Attempts} attempts: {Text(result.Outcomes)}; {Text(result.Faults)}");
        Assert.Empty(result.Tally.DefinitiveRefusals);
        Assert.Empty(result.Lost);
        // Otherwise the run proves nothing.
        Assert.All(result.Faults.Values, count => Assert.True(count > 0));
        Assert.All((string[])["rotate", "hold", "replay", "quiet", "late_retry"],
            outcome => Assert.True(result.Outcomes.GetValueOrDefault(outcome) > 0, outcome));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Lost_answers_end_no_session_of_a_jar_that_several_tabs_share(Engine engine)
    {
        var result = await new JarRun(Seed: 4, LostAnswers: 450, Jars: 60, TimeSpan.FromSeconds(4.5), engine).RunAsync(Cancel);

        output.WriteLine($"{result.LostAnswers} lost answers in {result.Tally.Attempts} attempts: {Text(result.Outcomes)}; {Text(result.Faults)}");
        Assert.Empty(result.Tally.DefinitiveRefusals);
        Assert.True(result.LostAnswers >= 450);
        Assert.All((string[])["rotate", "hold", "replay"],
            outcome => Assert.True(result.Outcomes.GetValueOrDefault(outcome) > 0, outcome));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_server_that_is_killed_again_and_again_loses_nothing_acknowledged_and_logs_nobody_out(Engine engine)
    {
        var result = await new KillRun(Seed: 2, Kills: 12, Sessions: 300, TimeSpan.FromSeconds(3), engine).RunAsync(Cancel);

        output.WriteLine($"{result.Kills} kills, {result.Tally.Refreshes} refreshes in {result.Tally.Attempts} attempts");
        Assert.Empty(result.Tally.DefinitiveRefusals);
        Assert.Empty(result.Lost);
        Assert.True(result.Tally.Unanswered > 0);
    }

    [Theory]
    [InlineData(DiskFault.Full)]
    [InlineData(DiskFault.FailingSync)]
    public async Task A_disk_that_fails_means_503_until_it_works_again_and_nothing_acknowledged_is_lost(DiskFault fault)
    {
        var result = await new DiskRun(Seed: 3, fault, Spells: 3, Sessions: 50, TimeSpan.FromSeconds(3)).RunAsync(Cancel);

        output.WriteLine($"{result.Tally.Refreshes} refreshes, refused for now: {Text(result.Tally.TransientRefusals)}");
        Assert.Empty(result.Tally.DefinitiveRefusals);
        Assert.Empty(result.Lost);
        Assert.Equal(["storage_unavailable"], result.Tally.TransientRefusals.Keys);
    }

    static string Text<TKey>(IReadOnlyDictionary<TKey, int> counts) where TKey : notnull =>
        string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"));
}
