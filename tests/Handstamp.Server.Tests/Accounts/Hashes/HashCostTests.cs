using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class HashCostTests
{
    const long MostMemory = 256 * 1024;
    const long MostWork = 4 * 1024 * 1024;

    [Fact]
    public void A_hash_may_cost_as_much_as_the_limits_say()
    {
        Assert.Null(default(HashCost).Fault);
        Assert.Null(new HashCost(MostMemory, MostWork).Fault);
        Assert.NotNull(new HashCost(MostMemory + 1, 0).Fault);
        Assert.NotNull(new HashCost(0, MostWork + 1).Fault);
    }

    [Theory]
    [InlineData(2 * MostMemory, 0)]
    [InlineData(2 * MostMemory, 2 * MostWork)]
    public void Too_much_memory_is_refused_with_the_limit_whatever_the_time(long memory, long work) => Assert.Equal(
        "The hash takes 512 MiB of memory to verify. At most 256 MiB are allowed.", new HashCost(memory, work).Fault);

    [Theory]
    [InlineData(MostWork + 1, 2)]
    [InlineData((2 * MostWork) - 1, 2)]
    [InlineData(2 * MostWork, 3)]
    public void Too_much_time_is_refused_with_how_much_it_is(long work, int times) => Assert.Equal(
        $"The hash takes about {times} times as long to verify as the longest that is allowed.", new HashCost(MostMemory, work).Fault);

    [Fact]
    public void The_time_of_the_longest_password_counts()
    {
        Assert.Null(new HashCost(0, 1, MostWork).Fault);
        Assert.Equal(
            "The hash takes about 2 times as long to verify as the longest that is allowed.", new HashCost(0, 1, MostWork + 1).Fault);
        Assert.Equal(new HashCost(3, 7, 7), new HashCost(3, 7));
    }

    [Fact]
    public void A_login_computes_what_an_import_accepts_unless_the_format_says_otherwise()
    {
        Assert.True(new StoredHash(new HashCost(MostMemory, MostWork), _ => true).IsAllowed);
        Assert.False(new StoredHash(new HashCost(MostMemory + 1, 0), _ => true).IsAllowed);
        Assert.True(new StoredHash(new HashCost(MostMemory + 1, 0), _ => true) { IsAllowed = true }.IsAllowed);
    }
}
