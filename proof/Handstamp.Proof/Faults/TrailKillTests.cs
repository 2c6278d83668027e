namespace Handstamp.Proof.Faults;

/// <summary>
/// The promise that there is no change without its event and no event without its change, against the real executable.
/// </summary>
public sealed class TrailKillTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Kills_between_change_and_commit_leave_neither_without_the_other(Engine engine)
    {
        var result = await new TrailRun(Seed: 5, Kills: 10, People: 12, engine).RunAsync(TestContext.Current.CancellationToken);

        output.WriteLine($"{result.Kills} kills, {result.Changes} changes, {result.Events} events");
        Assert.Empty(result.Wrong);
        Assert.True(result.Events >= 2 * result.Changes);
    }
}
