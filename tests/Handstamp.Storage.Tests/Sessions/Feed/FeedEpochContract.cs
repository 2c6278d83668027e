using Handstamp.Server.Audit;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Storage.Tests.Sessions.Feed;

/// <summary>How a node notices that a database goes back in time, while the node runs and when it starts.</summary>
public abstract class FeedEpochContract<TEngine> : StoreContract<TEngine>, IAsyncLifetime where TEngine : EngineUnderTest, new()
{
    readonly TempDirectory _directory = new();
    readonly FakeTimeProvider _clock = new(Given.Now);

    [Fact]
    public async Task A_node_that_is_connected_when_the_log_goes_back_begins_a_new_epoch()
    {
        using var node = await StartAsync();
        var seen = await EndTwoAsync(node);

        await GoBackAsync();
        var now = (await node.LookAsync(Cancel)).Position;

        Assert.Equal((seen.Epoch < now.Epoch, seen.Sequence > now.Sequence), (true, true));
        Assert.Equal(_clock.GetUtcNow(), node.WentBackAt);
        Assert.Equal(now.Start, await node.ResumeAsync(seen, Cancel));
        Assert.Equal(now, (await node.LookAsync(Cancel)).Position);
    }

    [Fact]
    public async Task An_entry_that_a_follower_received_counts_as_seen_although_the_node_has_not_looked_since()
    {
        using var node = await StartAsync();
        var seen = node.Position with { Sequence = node.Position.Sequence + 1 };
        node.Saw(seen);

        await node.LookAsync(Cancel);

        Assert.True(node.Position.Epoch > seen.Epoch);
        Assert.Equal(_clock.GetUtcNow(), node.WentBackAt);
    }

    [Fact]
    public async Task An_entry_that_a_follower_receives_while_a_node_looks_is_no_evidence()
    {
        var log = new InterleavedLog(Revocations);
        using var node = await StartAsync(log);
        log.AfterHead = head => node.Saw(head with { Sequence = head.Sequence + 1 });
        var before = node.Position;

        await node.LookAsync(Cancel);

        Assert.Equal((before, null), (node.Position, node.WentBackAt));
    }

    [Fact]
    public async Task A_node_that_starts_on_an_older_log_than_it_has_seen_begins_a_new_epoch()
    {
        FeedPosition seen;
        using (var node = await StartAsync()) seen = await EndTwoAsync(node);

        await GoBackAsync();
        using var later = await StartAsync();

        Assert.True(later.Position.Epoch > seen.Epoch);
        Assert.Equal(_clock.GetUtcNow(), later.WentBackAt);
    }

    [Fact]
    public async Task A_new_epoch_is_later_than_all_earlier_ones_whatever_the_clock_says()
    {
        FeedPosition seen;
        using (var node = await StartAsync()) seen = await EndTwoAsync(node);
        await GoBackAsync();
        _clock.AdjustTime(_clock.GetUtcNow() - TimeSpan.FromDays(1));

        using var later = await StartAsync();
        var begun = later.Position;

        Assert.Equal(seen.Epoch + 1, begun.Epoch);
        Assert.Equal(begun, (await later.LookAsync(Cancel)).Position);
    }

    [Fact]
    public async Task A_node_adopts_the_epoch_that_another_has_begun()
    {
        using var node = await StartAsync();
        using var other = await StartAsync();
        await EndTwoAsync(node);
        await GoBackAsync();
        await node.LookAsync(Cancel);

        Assert.Equal(node.Position, (await other.LookAsync(Cancel)).Position);
    }

    [Fact]
    public async Task A_restart_on_an_unchanged_database_begins_no_epoch()
    {
        FeedPosition seen;
        using (var node = await StartAsync()) seen = await EndTwoAsync(node);

        using var later = await StartAsync();

        Assert.Equal((seen, null), (later.Position, later.WentBackAt));
    }

    [Fact]
    public async Task A_follower_that_is_ahead_reveals_a_restore_and_is_believed_once_an_hour()
    {
        FeedPosition seen;
        using (var node = await StartAsync()) seen = await EndTwoAsync(node);
        await GoBackAsync();
        File.Delete(_directory.File("feed.position"));
        _clock.Advance(RevocationFeed.Memory);
        using var later = await StartAsync();
        Assert.Equal(seen.Epoch, later.Position.Epoch);

        var resumed = await later.ResumeAsync(seen, Cancel);
        var begun = later.Position;
        Assert.True(begun.Epoch > seen.Epoch);
        Assert.Equal(begun.Start, resumed);

        // If the follower says the same about the new epoch at once, it starts again, and nobody else does.
        Assert.Equal(begun.Start, await later.ResumeAsync(begun with { Sequence = 99 }, Cancel));
        Assert.Equal(begun, later.Position);
    }

    [Fact]
    public async Task A_refresh_token_that_is_ahead_of_a_row_of_this_epoch_reveals_a_restore_once()
    {
        using var node = await StartAsync();
        var first = node.Position;
        _clock.Advance(TimeSpan.FromHours(1));

        await node.TokenIsAheadAsync(first.EpochBegan);
        Assert.Equal(first, node.Position);

        await node.TokenIsAheadAsync(first.EpochBegan + TimeSpan.FromMinutes(1));
        var second = node.Position;
        Assert.True(second.Epoch > first.Epoch);

        // The restore that is known explains the next one.
        await node.TokenIsAheadAsync(first.EpochBegan + TimeSpan.FromMinutes(2));
        Assert.Equal(second, node.Position);
    }

    [Fact]
    public async Task A_directory_that_is_not_writable_stops_nobody()
    {
        Directory.CreateDirectory(_directory.File("feed.position"));

        using var node = await StartAsync();

        Assert.True(node.Position.Epoch > 0);
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    async Task<FeedEpoch> StartAsync(IRevocationLog? log = null)
    {
        var node = new FeedEpoch(
            log ?? Revocations, Options.Create(new StorageOptions { DataDirectory = _directory.Path }), _clock, NullLogger<FeedEpoch>.Instance);
        await node.OpenAsync(Cancel);
        return node;
    }

    /// <summary>Ends two sessions; the node sees both ends.</summary>
    async Task<FeedPosition> EndTwoAsync(FeedEpoch node)
    {
        for (var count = 0; count < 2; count++)
            Assert.True(await Sessions.TryEndAsync((await StoredSessionAsync()).Id, EndReason.Logout, Given.Now));
        return (await node.LookAsync(Cancel)).Position;
    }

    /// <summary>The state of a database that was restored to before the last entry.</summary>
    Task GoBackAsync() => Engine.ChangeAsync("DELETE FROM revocations WHERE sequence = (SELECT max(sequence) FROM revocations)");

    /// <summary>Runs an action after the head was read, and before the node has it.</summary>
    sealed class InterleavedLog(IRevocationLog real) : IRevocationLog
    {
        public Action<FeedPosition>? AfterHead { get; set; }

        public async Task<LogHead> ReadHeadAsync(CancellationToken cancel)
        {
            var head = await real.ReadHeadAsync(cancel);
            AfterHead?.Invoke(head.Position);
            return head;
        }

        public Task<IReadOnlyList<Revocation>> ReadAfterAsync(long sequence, DateTimeOffset since, int limit, CancellationToken cancel) =>
            real.ReadAfterAsync(sequence, since, limit, cancel);

        public Task<bool> TryBeginEpochAsync(long read, long epoch, DateTimeOffset? wentBackAt) =>
            real.TryBeginEpochAsync(read, epoch, wentBackAt);

        public Task<int> SweepAsync(DateTimeOffset before, int limit) => real.SweepAsync(before, limit);
    }
}
