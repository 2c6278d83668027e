using Handstamp.Server.Accounts.Breached;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

public sealed class KeyPartitionsTests : IDisposable
{
    // As many go through the temporary file at once.
    const int Block = 8192;

    readonly TempDirectory _here = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(Block + 1)]
    [InlineData((3 * Block) + 5)]
    public void Every_key_comes_back_in_its_partition(int count)
    {
        using var partitions = new KeyPartitions(_here.File("keys"));
        for (var number = 0; number < count; number++)
        {
            partitions.Add((ulong)number);
            partitions.Add(ulong.MaxValue - (ulong)number);
        }

        Assert.Equal((count, count, 0), (partitions.CountOf(0), partitions.CountOf(1023), partitions.CountOf(512)));
        var keys = new ulong[count + 1];
        partitions.CopyTo(0, keys);
        Assert.Equal(Enumerable.Range(0, count).Select(number => (ulong)number).Append(0UL), keys);
        partitions.CopyTo(1023, keys);
        Assert.Equal(Enumerable.Range(0, count).Select(number => ulong.MaxValue - (ulong)number).Append(0UL), keys);
        partitions.CopyTo(512, keys);
    }

    [Fact]
    public void The_first_ten_bits_say_the_partition()
    {
        using var partitions = new KeyPartitions(_here.File("keys"));

        partitions.Add(0x003fffffffffffff);
        partitions.Add(0x0040000000000000);
        partitions.Add(0x007fffffffffffff);

        Assert.Equal((1, 2, 0), (partitions.CountOf(0), partitions.CountOf(1), partitions.CountOf(2)));
    }

    [Fact]
    public void The_temporary_file_has_no_name_and_a_file_of_its_name_is_not_overwritten()
    {
        using (var partitions = new KeyPartitions(_here.File("keys")))
        {
            for (var number = 0UL; number < Block; number++) partitions.Add(number);
            Assert.Empty(Directory.EnumerateFileSystemEntries(_here.Path));
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(_here.Path));

        _here.Write("keys", "of somebody else");
        using var others = new KeyPartitions(_here.File("keys"));
        for (var number = 1UL; number < Block; number++) others.Add(number);
        Assert.Throws<IOException>(() => others.Add(0));
        Assert.Equal("of somebody else", File.ReadAllText(_here.File("keys")));
    }

    public void Dispose() => _here.Dispose();
}
