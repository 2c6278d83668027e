using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>New keys, and the ring that holds them.</summary>
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

    [Fact]
    public void A_ring_without_a_data_key_asks_for_patience()
    {
        Assert.Throws<StorageUnavailableException>(() => Ring(Create(KeyPurpose.Seal)).DataKey);
        Assert.NotNull(Ring(Create(KeyPurpose.Data)).DataKey);
    }

    [Fact]
    public void A_sealing_key_is_found_by_its_id_and_seals_from_its_time_on()
    {
        StoredKey data = Create(KeyPurpose.Data), first = Create(KeyPurpose.Seal), second = Create(KeyPurpose.Seal, day: 1), third = Create(KeyPurpose.Seal, day: 2);
        var ring = Ring(data, first, second, third);

        Assert.Equal(second.Id, ring.SealingKey(Start.AddDays(1)).Id);
        Assert.Equal(first.Id, ring.SealingKey(Start.AddDays(1).AddTicks(-1)).Id);
        Assert.Same(ring.SealingKey(Start).Key, ring.FindSealingKey(first.Id));
        Assert.Same(ring.DataKey, ring.FindSealingKey(data.Id));
        Assert.Null(ring.FindSealingKey("seal-00000000"));
        Assert.Equal(
            [false, true, true, false, false],
            new[] { first.Id, second.Id, third.Id, data.Id, "seal-00000000" }.Select(id => ring.IsSealing(id, Start.AddDays(1))));
    }

    [Fact]
    public void A_ring_under_another_master_key_is_refused_with_the_places_of_the_right_one()
    {
        var stored = new StoredKeys(1, [Create(KeyPurpose.Data)]);
        using var other = new MasterKey([.. Enumerable.Repeat((byte)7, MasterKey.Length)]);

        var refused = Assert.Throws<StorageStartException>(() => KeyRing.Open(stored, other));
        Assert.Equal(
            $"The {other} does not open the key ring in the database: it was encrypted under another master key. Use the one that belongs to this "
            + "database (master.key in the data directory, HANDSTAMP_MASTER_KEY, or Keys:MasterKeyFile). See docs/guide/keys.md.", refused.Message);
        Assert.Equal(refused.Message, Assert.Throws<StorageStartException>(() => KeyRing.Rewrap(stored.Keys[0], other, _master)).Message);
    }

    [Fact]
    public void Only_a_mac_key_that_cannot_be_opened_here_asks_for_patience()
    {
        var (known, foreign) = (Create(KeyPurpose.Mac), Create(KeyPurpose.Data));
        using var other = new MasterKey([.. Enumerable.Repeat((byte)7, MasterKey.Length)]);
        var unopened = KeyFactory.Create(KeyPurpose.Mac, [known], other, Start, Start, new KeyOptions());
        var ring = KeyRing.Open(new StoredKeys(2, [known, foreign, unopened]), _master, before: Ring(known, foreign));

        Assert.NotNull(ring.FindMacKey(1));
        Assert.Throws<StorageUnavailableException>(() => ring.FindMacKey(2));
        Assert.Null(ring.FindMacKey(3));
    }

    KeyRing Ring(params StoredKey[] keys) => KeyRing.Open(new StoredKeys(1, keys), _master);
}
