using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>The names and the algorithms of new keys.</summary>
public sealed class KeyFactoryTests : IDisposable
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly MasterKey _master = new(new byte[MasterKey.Length]);

    public void Dispose() => _master.Dispose();

    StoredKey Create(KeyPurpose purpose, double day = 0, params StoredKey[] ring) =>
        KeyFactory.Create(purpose, ring, _master, Start.AddDays(day), Start.AddDays(day), new KeyOptions());

    StoredKey Mac(byte id, double day) => Create(KeyPurpose.Mac, day) with { Id = KeyFactory.MacName(id) };

    [Theory]
    [InlineData(nameof(KeyPurpose.Mac), "HS256", "^mac-1$")]
    [InlineData(nameof(KeyPurpose.Data), "A256GCM", "^data-[0-9a-f]{8}$")]
    [InlineData(nameof(KeyPurpose.Seal), "A256GCM", "^seal-[0-9a-f]{8}$")]
    [InlineData(nameof(KeyPurpose.Sign), "ES256", "^.{20,}$")]
    public void A_key_has_a_name_of_its_kind_and_an_algorithm(string purpose, string algorithm, string name)
    {
        var key = Create(Enum.Parse<KeyPurpose>(purpose));

        Assert.Equal(algorithm, key.Algorithm);
        Assert.Matches(name, key.Id);
    }

    [Fact]
    public void A_mac_key_gets_the_number_after_the_newest_one_that_is_free()
    {
        Assert.Equal("mac-4", Create(KeyPurpose.Mac, 9, Mac(5, day: 1), Mac(3, day: 2)).Id);
        Assert.Equal("mac-3", Create(KeyPurpose.Mac, 9, Mac(2, day: 1), Mac(1, day: 2)).Id);
        Assert.Equal("mac-0", Create(KeyPurpose.Mac, 9, Mac(254, day: 1), Mac(255, day: 2)).Id);
    }

    [Fact]
    public void A_ring_with_every_number_takes_no_further_mac_key()
    {
        var ring = Enumerable.Range(0, 256).Select(id => Mac((byte)id, day: id)).ToArray();

        Assert.Equal("mac-255", Create(KeyPurpose.Mac, 300, ring[..255]).Id);
        Assert.Equal("Every id of a MAC key is taken.", Assert.Throws<InvalidOperationException>(() => Create(KeyPurpose.Mac, 300, ring)).Message);
    }
}
