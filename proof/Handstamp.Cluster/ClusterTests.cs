namespace Handstamp.Cluster;

/// <summary>
/// Whatever breaks, nobody is logged out, acknowledged data is kept, people who logged out stay logged out, and writes
/// come back. The suite reports how long writes failed.
/// </summary>
public sealed class ClusterTests(ClusterUnderLoad cluster, ITestOutputHelper output) : IClassFixture<ClusterUnderLoad>
{
    [Fact]
    public Task A_lost_primary_is_replaced() => SurviveAsync(Faults.LoseThePrimaryAsync);

    [Fact]
    public Task A_lost_standby_stops_writes_for_a_moment() => SurviveAsync(Faults.LoseTheStandbyAsync);

    [Fact]
    public Task A_node_that_is_cut_off_from_the_databases_leaves_the_work_to_the_others() =>
        SurviveAsync(Faults.CutANodeFromTheDatabasesAsync);

    [Fact]
    public Task A_primary_that_is_cut_off_from_etcd_steps_down() => SurviveAsync(Faults.CutThePrimaryFromEtcdAsync);

    [Fact]
    public Task Any_node_may_be_killed() => SurviveAsync(Faults.KillEachNodeAsync);

    [Fact]
    public Task A_primary_whose_disk_was_full_continues_when_there_is_space() => SurviveAsync(Faults.FillThePrimarysDiskAsync);

    [Fact]
    public Task A_primary_may_be_halted() => SurviveAsync(Faults.PauseThePrimaryAsync);

    [Fact]
    public Task A_node_may_be_halted() => SurviveAsync(Faults.PauseANodeAsync);

    async Task SurviveAsync(Func<Trial, Task> fault)
    {
        var result = await cluster.BreakAsync(fault, TestContext.Current.CancellationToken);

        output.WriteLine($"{result}");
        Assert.Empty(result.Complaints);
        // Otherwise the run proves nothing.
        Assert.True(result.Left.Ended > 0);
    }
}
