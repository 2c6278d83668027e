using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Storage.Tests.Moving;

/// <summary>The moved data is complete, and stays in use.</summary>
public sealed class MoveTests : MovingTests
{
    [Fact]
    public async Task Every_cell_of_every_table_arrives_unchanged()
    {
        await FillAsync();
        var before = Contents.OfFile(Engine.File);

        var moved = await MoveAsync();

        Assert.Equal(before.Keys.Order(), moved.Select(table => table.Name).Order());
        Assert.All(moved, table => Assert.Equal(before[table.Name].Count, table.Rows));
        Assert.Equal(before, await Contents.OfDatabaseAsync(Target.ConnectionString, before.Keys));
        Assert.All(before.Values, Assert.NotEmpty);
    }

    [Fact]
    public async Task Sessions_continue_and_counts_used_secrets_and_ends_are_kept()
    {
        var (alive, ended) = await FillAsync();

        await MoveAsync();

        Assert.NotNull(await Target.Sessions.TryRotateAsync(Given.Rotation(alive)));
        Assert.Null(await Target.Sessions.TryRotateAsync(Given.Rotation(ended)));
        Assert.NotNull(await Target.Throttle.TryTakeAsync([new(Counter, OneAttempt)], Given.Now));
        Assert.False(await Target.Get<IProofStore>().TryUseAsync(Proof, Given.Now));
        Assert.Equal([0, 255], (await Target.Get<ISecretStore>().TryAsync(Secret, Given.Now))!.Payload);
        Assert.Null(await Target.Get<ISecretStore>().TryAsync(Secret, Given.Now));
        Assert.True(await Target.Get<ISecretStore>().TakeAsync(Secret, Given.Now));
    }

    [Fact]
    public async Task The_feed_keeps_its_numbers_and_continues_after_them()
    {
        var (alive, _) = await FillAsync();
        var feed = await ReadFeedAsync();
        await Revocations.TryBeginEpochAsync(read: 0, epoch: 1, wentBackAt: null);

        await MoveAsync();

        Assert.Equal(new LogHead(new(1, feed[^1].Sequence)), await Target.Revocations.ReadHeadAsync(Cancel));
        Assert.Equal(feed, await Target.Revocations.ReadAfterAsync(0, DateTimeOffset.MinValue, 1000, Cancel));
        Assert.True(await Target.Sessions.TryEndAsync(alive.Id, EndReason.Logout, Given.Now));
        Assert.Equal(feed[^1].Sequence + 1, (await Target.Revocations.ReadHeadAsync(Cancel)).Position.Sequence);
    }

    [Fact]
    public async Task A_number_that_was_used_and_swept_is_not_used_again()
    {
        var (alive, _) = await FillAsync();
        var last = await LastSequenceAsync();
        Change("DELETE FROM revocations");

        await MoveAsync();

        await Target.Sessions.TryEndAsync(alive.Id, EndReason.Logout, Given.Now);
        Assert.Equal(last + 1, (await Target.Revocations.ReadHeadAsync(Cancel)).Position.Sequence);
    }

    [Fact]
    public async Task An_unused_database_can_be_moved_too()
    {
        await MoveAsync();

        var session = Given.Session((await StoredAccountInTargetAsync()).Id);
        Assert.True(await Target.Sessions.TryCreateAsync(session, Given.Device));
        Assert.True(await Target.Sessions.TryEndAsync(session.Id, EndReason.Logout, Given.Now));
        Assert.Equal(1, (await Target.Revocations.ReadHeadAsync(Cancel)).Position.Sequence);
    }
}
