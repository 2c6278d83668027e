using Handstamp.Server.Storage;
using Handstamp.Tokens;

namespace Handstamp.Server.Keys;

/// <summary>The opened ring at one moment. Immutable: a change of the stored ring makes a new one.</summary>
sealed class KeyRing
{
    readonly (DateTimeOffset From, SigningKey Key)[] _signing;
    readonly (DateTimeOffset From, MacKey Key)[] _macs;

    KeyRing(StoredKeys stored, (DateTimeOffset, SigningKey)[] signing, (DateTimeOffset, MacKey)[] macs)
    {
        Stored = stored;
        _signing = signing;
        _macs = macs;
        PublicKeys = new JsonWebKeySet([.. _signing.Select(entry => entry.Key.PublicKey)]);
    }

    public StoredKeys Stored { get; }

    /// <summary>All signing keys that are not revoked: announced, current and retired.</summary>
    public JsonWebKeySet PublicKeys { get; }

    public SigningKey SigningKey(DateTimeOffset now) => Latest(_signing, now);

    public MacKey MacKey(DateTimeOffset now) => Latest(_macs, now);

    public MacKey? FindMacKey(byte id)
    {
        foreach (var (_, key) in _macs)
            if (key.Id == id) return key;
        return null;
    }

    /// <summary>
    /// Opens the live keys of the ring. Throws for the operator when the master key is not the one that sealed it.
    /// </summary>
    public static KeyRing Open(StoredKeys stored, MasterKey master)
    {
        var live = stored.Keys.Where(key => key.RevokedAt is null).OrderBy(key => key.ActiveFrom).ToList();
        return new KeyRing(
            stored,
            [.. live.Where(key => key.Purpose == KeyPurpose.Sign).Select(key => (key.ActiveFrom, OpenSigningKey(key, master)))],
            [.. live.Where(key => key.Purpose == KeyPurpose.Mac).Select(key => (key.ActiveFrom, OpenMacKey(key, master)))]);
    }

    static SigningKey OpenSigningKey(StoredKey key, MasterKey master) =>
        Tokens.SigningKey.ImportPkcs8(AlgorithmOf(key), Unseal(key, master));

    static MacKey OpenMacKey(StoredKey key, MasterKey master) => new(KeyFactory.MacId(key.Id), Unseal(key, master));

    static byte[] Unseal(StoredKey key, MasterKey master) =>
        master.TryOpen(key.Sealed, key.Purpose, key.Id, out var secret) ? secret : throw new StorageStartException(
            $"The {master} does not open the key ring in the database: it was sealed under another master key. "
            + "Give the one that belongs to this database (master.key in the data directory, HANDSTAMP_MASTER_KEY, or "
            + "Keys:MasterKeyFile). See docs/guide/keys.md.");

    static JwsAlgorithm AlgorithmOf(StoredKey key) =>
        JwsAlgorithm.Find(key.Algorithm) ?? throw new StorageStartException(
            $"The key {key.Id} in the database is for the algorithm {key.Algorithm}, which this program does not know.");

    // The keys are in the order of their beginnings; before the first has begun (a clock set back), the first.
    static T Latest<T>((DateTimeOffset From, T Key)[] keys, DateTimeOffset now)
    {
        for (var i = keys.Length - 1; i > 0; i--)
            if (keys[i].From <= now) return keys[i].Key;
        return keys[0].Key;
    }
}
