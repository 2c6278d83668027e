namespace Handstamp.Cluster;

/// <summary>
/// Whatever breaks: nobody is logged out, what was acknowledged is there, who was logged out stays out, and writes come
/// back. How long they were away is reported.
/// </summary>
public sealed class ClusterTests(ClusterUnderLoad cluster, ITestOutputHelper output) : IClassFixture<ClusterUnderLoad>
{
    [Fact]
    public Task A_primary_that_is_lost_is_replaced() => SurviveAsync(Faults.LoseThePrimaryAsync);

    [Fact]
    public Task A_standby_that_is_lost_holds_writes_up_for_a_moment() => SurviveAsync(Faults.LoseTheStandbyAsync);

    [Fact]
    public Task A_node_that_is_cut_off_from_the_databases_leaves_the_work_to_the_others() =>
        SurviveAsync(Faults.CutANodeFromTheDatabasesAsync);

    [Fact]
    public Task A_primary_that_is_cut_off_from_etcd_gives_up() => SurviveAsync(Faults.CutThePrimaryFromEtcdAsync);

    [Fact]
    public Task Any_node_may_be_killed() => SurviveAsync(Faults.KillEachNodeAsync);

    [Fact]
    public Task A_primary_whose_disk_was_full_goes_on_when_there_is_room() => SurviveAsync(Faults.FillThePrimarysDiskAsync);

    [Fact]
    public Task A_primary_may_be_halted() => SurviveAsync(Faults.PauseThePrimaryAsync);

    [Fact]
    public Task A_node_may_be_halted() => SurviveAsync(Faults.PauseANodeAsync);

    async Task SurviveAsync(Func<Trial, Task> fault)
    {
        var result = await cluster.BreakAsync(fault, TestContext.Current.CancellationToken);

        output.WriteLine($"{result}");
        Assert.Empty(result.Complaints);
        // The run has met what it is about.
        Assert.True(result.Left.Ended > 0);
    }
}
