using Handstamp.Server.Audit;
using Handstamp.TestBed;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class FeedOrderTests : PostgresTests
{
    [Fact]
    public async Task No_number_is_on_the_feed_while_a_smaller_one_may_still_be_added()
    {
        var (first, second) = (await StoredSessionAsync(), await StoredSessionAsync());
        await using var slow = await Engine.ConnectAsync();
        await using var ending = await slow.BeginTransactionAsync();
        await using (var end = slow.CreateCommand())
        {
            end.CommandText = "UPDATE sessions SET revoked_at = 1, revoke_reason = 1 WHERE id = $1";
            end.Parameters.AddWithValue(first.Id);
            await end.ExecuteNonQueryAsync(Cancel);
        }

        var quick = Sessions.TryEndAsync(second.Id, EndReason.Logout, Given.Now);
        await Eventually.TrueAsync(
            async () => quick.IsCompleted || await AskAsync<bool>("SELECT exists(SELECT 1 FROM pg_locks WHERE NOT granted)"),
            "the second end waits for the first");

        Assert.Empty(await ReadFeedAsync());
        await ending.CommitAsync(Cancel);
        Assert.True(await quick);
        Assert.Equal([first.Id, second.Id], (await ReadFeedAsync()).Select(entry => entry.SessionId!.Value));
    }
}
