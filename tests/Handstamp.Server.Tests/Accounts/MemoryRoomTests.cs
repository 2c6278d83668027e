using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class MemoryRoomTests
{
    [Fact]
    public void One_hash_may_use_half_of_the_memory_and_no_more()
    {
        var half = MemoryRoom.Total / 2 / 1024;

        Assert.True(MemoryRoom.Suffices(half));
        Assert.False(MemoryRoom.Suffices(half + 1));
    }

    [Fact]
    public void A_small_hash_has_room() => Assert.True(MemoryRoom.Holds(8));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void No_more_hashes_run_at_once_than_are_wanted(int wanted) => Assert.Equal(wanted, MemoryRoom.Hashes(wanted, memoryKiB: 8));
}
