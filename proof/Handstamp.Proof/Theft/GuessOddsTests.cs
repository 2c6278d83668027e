namespace Handstamp.Proof.Theft;

public sealed class GuessOddsTests(ITestOutputHelper output)
{
    const int Seed = 1;

    [Fact]
    public void Counted_odds_agree_with_calculated_odds_within_five_standard_errors()
    {
        var rows = OddsRow.DrawAll(Seed, runs: 20_000);
        foreach (var row in rows) output.WriteLine($"seed {Seed}, {row.Jitter} s: {string.Join(", ", row.Guessing)}");
        Assert.All(rows, row => Assert.True(row.Agrees));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(40, 1)]
    [InlineData(80, 0.5)]
    [InlineData(400, 0.1)]
    public void The_odds_of_one_hit_are_twice_the_time_of_replays_over_the_width_of_the_jitter(double jitter, double chance) =>
        Assert.Equal(chance, GuessOdds.Calculated(jitter, replays: 20, refreshes: 1));
}
