using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>The keys of a ring that was opened, and one that cannot be.</summary>
public sealed class KeyRingTests : IDisposable
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly MasterKey _master = new(new byte[MasterKey.Length]);

    public void Dispose() => _master.Dispose();

    StoredKey Create(KeyPurpose purpose, double day = 0) =>
        KeyFactory.Create(purpose, [], _master, Start.AddDays(day), Start.AddDays(day), new KeyOptions());

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
        using var other = Other();

        var refused = Assert.Throws<StorageStartException>(() => KeyRing.Open(stored, other));
        Assert.Equal(
            $"The {other} does not open the key ring in the database: it was encrypted under another master key. Use the one that belongs to this "
            + "database (master.key in the data directory, HANDSTAMP_MASTER_KEY, or Keys:MasterKeyFile). See docs/guide/keys.md.", refused.Message);
        Assert.Equal(refused.Message, Assert.Throws<StorageStartException>(() => KeyRing.Rewrap(stored.Keys[0], other, _master)).Message);
    }

    [Fact]
    public void Only_a_mac_key_that_cannot_be_opened_here_asks_for_patience()
    {
        var (known, data) = (Create(KeyPurpose.Mac), Create(KeyPurpose.Data));
        using var other = Other();
        var unopened = KeyFactory.Create(KeyPurpose.Mac, [known], other, Start, Start, new KeyOptions());
        var ring = KeyRing.Open(new StoredKeys(2, [known, data, unopened]), _master, before: Ring(known, data));

        Assert.NotNull(ring.FindMacKey(1));
        Assert.Throws<StorageUnavailableException>(() => ring.FindMacKey(2));
        Assert.Null(ring.FindMacKey(3));
    }

    static MasterKey Other() => new([.. Enumerable.Repeat((byte)7, MasterKey.Length)]);

    KeyRing Ring(params StoredKey[] keys) => KeyRing.Open(new StoredKeys(1, keys), _master);
}
