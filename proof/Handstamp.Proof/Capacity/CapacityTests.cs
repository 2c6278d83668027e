using Handstamp.Rig.Capacity;
using Handstamp.Rig.Runs;
using Handstamp.TestBed;

namespace Handstamp.Proof.Capacity;

public sealed class CapacityTests
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    static readonly ManySessions Many = new(
        Sessions: 1000, Rotations: 4, RowsPerPage: 20, BytesWhenNew: 380, BytesWhenUsed: 400, AccountBytes: 500,
        ImageBytes: 8000, WalBytes: 200, NodeMilliseconds: 0.15, PostgresMilliseconds: 0.12, HotShare: 1);

    [Fact]
    public void The_page_shows_what_the_measured_figures_give()
    {
        var page = Repository.Read("docs/guide/capacity.md");

        Assert.Equal(CapacityPage.Fill(page, Measured.Read(Repository.PathOf("."))), page);
    }

    [Fact]
    public void Sessions_that_refresh_between_two_checkpoints_share_the_image_of_their_page() =>
        Assert.Equal(200 + (8000 / 20.0), new CapacityEstimate(Many).WalOfRefresh(Interval));

    [Fact]
    public void Three_times_as_many_refreshes_share_the_image_with_a_third_of_the_checkpoints() =>
        Assert.Equal(200 + (8000 / 60.0), new CapacityEstimate(Many).WalOfRefresh(3 * Interval), precision: 6);

    [Fact]
    public void Each_refresh_writes_a_page_when_few_happen_between_checkpoints() =>
        Assert.InRange(new CapacityEstimate(Many).WalOfRefresh(Interval / 1000), 200 + 7900, 200 + 8000);

    [Fact]
    public void The_sessions_at_a_limit_reach_it_exactly()
    {
        var estimate = new CapacityEstimate(Many);

        var sessions = CapacityEstimate.SessionsUntil(limit: 8, estimate.PostgresProcessors);

        // 8 processors, half busy, at 0.12 ms: 33,333 refreshes a second.
        Assert.Equal(20.0, sessions / 1e6, precision: 2);
        Assert.Equal(8, estimate.PostgresProcessors(sessions), precision: 2);
    }
}
