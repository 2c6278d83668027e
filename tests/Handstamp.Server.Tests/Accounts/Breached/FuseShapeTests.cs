using Handstamp.Server.Accounts.Breached;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

/// <summary>A list that was made once is read by every later version, so none of these numbers may change.</summary>
public sealed class FuseShapeTests
{
    [Theory]
    [InlineData(0, 4, 1)]
    [InlineData(1, 4, 1)]
    [InlineData(2, 4, 1)]
    [InlineData(3, 8, 1)]
    [InlineData(10, 16, 1)]
    [InlineData(100, 64, 1)]
    [InlineData(1_000, 128, 9)]
    [InlineData(100_000, 2_048, 56)]
    [InlineData(200_000_000, 262_144, 857)]
    [InlineData(1_000_000_000, 262_144, 4_290)]
    public void The_shape_follows_from_the_number_of_keys(int keys, int segmentLength, int segmentCount)
    {
        var shape = FuseShape.Of(keys);

        Assert.Equal(new FuseShape(segmentLength, segmentCount), shape);
        Assert.True(shape.IsPossible);
        Assert.Equal((segmentCount + 2L) * segmentLength, shape.Length);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(262_144, int.MaxValue, true)]
    [InlineData(524_288, 1, false)]
    [InlineData(0, 1, false)]
    [InlineData(-4, 1, false)]
    [InlineData(3, 1, false)]
    [InlineData(4, 0, false)]
    [InlineData(4, -1, false)]
    public void Segments_have_a_length_that_is_a_power_of_two_up_to_a_limit(int length, int count, bool isPossible) =>
        Assert.Equal(isPossible, new FuseShape(length, count).IsPossible);

    [Fact]
    public void The_hash_is_the_finalizer_of_MurmurHash3_of_key_and_seed()
    {
        Assert.Equal(0UL, FuseShape.Hash(0, 0));
        Assert.Equal(0xb456bcfc34c2cb2cUL, FuseShape.Hash(1, 0));
        Assert.Equal(0x3abf2a20650683e7UL, FuseShape.Hash(2, 0));
        Assert.Equal(0x0b5181c509f8d8ceUL, FuseShape.Hash(1, 2));
        Assert.Equal(0x64b5720b4b825f21UL, FuseShape.Hash(ulong.MaxValue, 0));
        Assert.Equal(0UL, FuseShape.Hash(ulong.MaxValue, 1));
    }

    [Theory]
    [InlineData(0x0123456789abcdefUL, 0x8888)]
    [InlineData(0x0000000200000001UL, 3)]
    [InlineData(0x0002000000010000UL, 0)]
    public void The_fingerprint_mixes_two_quarters_of_the_hash(ulong hash, int fingerprint) =>
        Assert.Equal((ushort)fingerprint, FuseShape.Fingerprint(hash));

    [Theory]
    [InlineData(0x0123456789abcdefUL, 1, 107, 174)]
    [InlineData(0x8000000000000000UL, 160, 224, 288)]
    [InlineData(0xfedcba9876543210UL, 318, 363, 430)]
    [InlineData(0UL, 0, 64, 128)]
    [InlineData(ulong.MaxValue, 319, 320, 384)]
    public void The_three_places_are_in_segments_one_after_the_other(ulong hash, int first, int second, int third)
    {
        var shape = new FuseShape(SegmentLength: 64, SegmentCount: 5);

        Assert.Equal((first, second, third), (shape.Place(hash, 0), shape.Place(hash, 1), shape.Place(hash, 2)));
    }
}
