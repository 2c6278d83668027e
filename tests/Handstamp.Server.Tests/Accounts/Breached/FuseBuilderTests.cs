using Handstamp.Server.Accounts.Breached;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Breached;

public sealed class FuseBuilderTests
{
    static readonly FuseShape Shape = FuseShape.Of(6);

    // Eleven of the three hundred sets need a later seed, and always the same ones.
    [Fact]
    public void A_set_that_does_not_fit_with_the_first_seed_gets_a_later_one()
    {
        var (builder, seeds) = (new FuseBuilder(6), new HashSet<ulong>());
        for (var set = 0UL; set < 300; set++)
        {
            ulong[] keys = [.. Enumerable.Range(0, 6).Select(key => (set * 6) + (ulong)key)];

            var fingerprints = builder.Build(keys, Shape, out var seed).ToArray();

            seeds.Add(seed);
            Assert.All(keys, key => Assert.Equal(0, Rest(key, seed, fingerprints)));
        }
        Assert.Contains(FuseShape.Hash(1, 0), seeds);
        Assert.Contains(FuseShape.Hash(2, 0), seeds);
    }

    [Fact]
    public void What_was_built_before_changes_nothing()
    {
        ulong[] keys = [1, 2, 3, 4, 5, 6];
        var builder = new FuseBuilder(100);
        builder.Build([.. Enumerable.Range(1_000, 100).Select(key => (ulong)key)], FuseShape.Of(100), out _);

        var after = builder.Build(keys, Shape, out var seed).ToArray();
        var alone = new FuseBuilder(6).Build(keys, Shape, out var other).ToArray();

        Assert.Equal(alone, after);
        Assert.Equal(other, seed);
        Assert.Equal(Shape.Length, alone.Length);
    }

    // With the first seed, each of the 24 places is that of one of these keys, so all of them wait at once.
    [Fact]
    public void Keys_that_share_no_place_may_fill_all_places()
    {
        ulong[] keys = [0, 2, 12, 14, 15, 16, 33, 602];
        var hashes = keys.Select(key => FuseShape.Hash(key, FuseShape.Hash(1, 0)));
        Assert.Equal(24, hashes.SelectMany(hash => Enumerable.Range(0, 3).Select(number => Shape.Place(hash, number))).Distinct().Count());

        var fingerprints = new FuseBuilder(keys.Length).Build(keys, Shape, out var seed).ToArray();

        Assert.Equal((FuseShape.Hash(1, 0), 24), (seed, fingerprints.Length));
        Assert.All(keys, key => Assert.Equal(0, Rest(key, seed, fingerprints)));
    }

    static int Rest(ulong key, ulong seed, ushort[] fingerprints)
    {
        var hash = FuseShape.Hash(key, seed);
        return FuseShape.Fingerprint(hash) ^ fingerprints[Shape.Place(hash, 0)] ^ fingerprints[Shape.Place(hash, 1)] ^ fingerprints[Shape.Place(hash, 2)];
    }
}
