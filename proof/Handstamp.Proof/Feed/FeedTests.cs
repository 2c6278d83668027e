using Handstamp.TestBed.Postgres;

namespace Handstamp.Proof.Feed;

/// <summary>A session that ends at any node ends at every API. <see cref="FeedProof"/> measures how soon.</summary>
public sealed class FeedTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_end_reaches_every_API_and_no_other_session_is_refused_while_nodes_are_killed()
    {
        var run = new FeedRun(TimeSpan.FromSeconds(10), Apis: 3, PerSecond: 50, BetweenKills: TimeSpan.FromSeconds(3));

        var result = await run.RunAsync(await PostgresServer.Shared, TestContext.Current.CancellationToken);

        output.WriteLine($"{result.Ended.Count} ended, {result.LostAnswers} answers lost, {result.Kills.Count} kills, " +
            $"{result.Plain.Refreshes} refreshes beside; p50 {result.Times[result.Times.Count / 2]}, max {result.Times[^1]}");
        Assert.Empty(result.Missed);
        Assert.Empty(result.Refused);
        Assert.Empty(result.Plain.DefinitiveRefusals);
        Assert.All(result.Ended, session => Assert.True(session is { TakenBefore: true, RefusedAfter: not null }));
        // Otherwise the run proves nothing.
        Assert.Equal(500, result.Ended.Count);
        Assert.NotEmpty(result.Kills);
    }
}
