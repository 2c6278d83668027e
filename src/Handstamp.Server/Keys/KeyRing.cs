using System.Security.Cryptography;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Tokens;

namespace Handstamp.Server.Keys;

/// <summary>The decrypted ring at one moment. Immutable: a change of the stored ring makes a new one.</summary>
sealed class KeyRing
{
    readonly (StoredKey Stored, SigningKey Key)[] _signing;
    readonly (StoredKey Stored, MacKey Key)[] _macs;
    readonly (StoredKey Stored, DataKey Key)[] _data;
    readonly (StoredKey Stored, DataKey Key)[] _seals;
    readonly HashSet<string> _ids;

    KeyRing(StoredKeys stored, MasterKey master, KeyRing? before)
    {
        Stored = stored;
        _ids = [.. stored.Keys.Select(key => key.Id)];
        var live = stored.Keys.Where(key => key.RevokedAt is null).OrderBy(key => key.ActiveFrom).ToList();
        var unopened = new List<StoredKey>();
        _signing = Open(KeyPurpose.Sign, before?._signing, OpenSigningKey);
        _macs = Open(KeyPurpose.Mac, before?._macs, OpenMacKey);
        _data = Open(KeyPurpose.Data, before?._data, OpenDataKey);
        _seals = Open(KeyPurpose.Seal, before?._seals, OpenDataKey);
        IsSealedElsewhere = !Opens(stored, master);
        Unopened = unopened;
        PublicKeys = new JsonWebKeySet([.. _signing.Select(entry => entry.Key.PublicKey)]);

        (StoredKey, T)[] Open<T>(KeyPurpose purpose, (StoredKey Stored, T Key)[]? known, Func<StoredKey, byte[], T> open) where T : class
        {
            var opened = new List<(StoredKey, T)>();
            foreach (var key in live.Where(key => key.Purpose == purpose))
                if (master.TryOpen(key.Sealed, purpose, key.Id, out var secret)) opened.Add((key, open(key, secret)));
                else if (known?.FirstOrDefault(one => IsSame(one.Stored, key)) is { Key: { } memory }) opened.Add((key, memory));
                else if (before is not null) unopened.Add(key);
                else throw NotOpened(master);
            return [.. opened];
        }
    }

    public StoredKeys Stored { get; }

    /// <summary>All signing keys that are not revoked: announced, current and retired.</summary>
    public JsonWebKeySet PublicKeys { get; }

    /// <summary>
    /// Whether the ring was encrypted under another master key while this process ran. The process continues with the
    /// keys in its memory, and must not write a key under its own master key.
    /// </summary>
    public bool IsSealedElsewhere { get; }

    /// <summary>Live keys that were added after that and are missing here.</summary>
    public IReadOnlyList<StoredKey> Unopened { get; }

    public SigningKey SigningKey(DateTimeOffset now) => Latest(_signing, now).Key;

    public MacKey MacKey(DateTimeOffset now) => Latest(_macs, now).Key;

    /// <summary>The key for secrets in the database: always the first one, which stays.</summary>
    public DataKey DataKey => _data.Length > 0
        ? _data[0].Key
        : throw new StorageUnavailableException("The key ring has no data key that this node can open.");

    /// <summary>The key that seals now, and its id.</summary>
    public (string Id, DataKey Key) SealingKey(DateTimeOffset now)
    {
        var (stored, key) = Latest(_seals, now);
        return (stored.Id, key);
    }

    /// <summary>
    /// A sealing key, or the data key, which has sealed as well. Null if the ring does not have it: the ring was deleted since, or
    /// restored.
    /// </summary>
    public DataKey? FindSealingKey(string id) =>
        Array.Find(_seals, entry => entry.Stored.Id == id).Key ?? Array.Find(_data, entry => entry.Stored.Id == id).Key;

    /// <summary>Whether the key seals, or will seal later. One that no longer does was replaced.</summary>
    public bool IsSealing(string id, DateTimeOffset now) =>
        Array.Find(_seals, entry => entry.Stored.Id == id).Stored is { } key && key.ActiveFrom >= Latest(_seals, now).Stored.ActiveFrom;

    /// <summary>
    /// Whether the ring has, or had, the key: a revoked key stays in it until everything that it made has expired.
    /// </summary>
    public bool HasHad(string id) => _ids.Contains(id);

    /// <inheritdoc cref="HasHad(string)"/>
    public bool HasHad(byte macKeyId)
    {
        foreach (var (_, key) in _macs)
            if (key.Id == macKeyId) return true;
        return HasHad(KeyFactory.MacName(macKeyId));
    }

    public MacKey? FindMacKey(byte id)
    {
        foreach (var (_, key) in _macs)
            if (key.Id == id) return key;
        // Its tokens may be valid: another node can check them, and so can this one after its restart.
        return Unopened.Any(key => key.Purpose == KeyPurpose.Mac && KeyFactory.MacId(key.Id) == id)
            ? throw new StorageUnavailableException($"The MAC key {id} was encrypted under another master key.")
            : null;
    }

    /// <summary>
    /// Decrypts the live keys of the ring. Throws with a message for the operator if the ring was encrypted under
    /// another master key, except if there is a <paramref name="before"/>, whose keys were already decrypted.
    /// </summary>
    public static KeyRing Open(StoredKeys stored, MasterKey master, KeyRing? before = null) => new(stored, master, before);

    /// <summary>Whether the master key decrypts all live keys.</summary>
    public static bool Opens(StoredKeys stored, MasterKey master) =>
        stored.Keys.All(key => key.RevokedAt is not null || master.TryOpen(key.Sealed, key.Purpose, key.Id, out _));

    /// <summary>The same key, encrypted under another master key.</summary>
    public static StoredKey Rewrap(StoredKey key, MasterKey from, MasterKey to)
    {
        if (!from.TryOpen(key.Sealed, key.Purpose, key.Id, out var secret)) throw NotOpened(from);
        var rewrapped = key with { Sealed = to.Seal(secret, key.Purpose, key.Id) };
        CryptographicOperations.ZeroMemory(secret);
        return rewrapped;
    }

    static bool IsSame(StoredKey one, StoredKey other) => one.Id == other.Id && one.CreatedAt == other.CreatedAt;

    static SigningKey OpenSigningKey(StoredKey key, byte[] secret) => Tokens.SigningKey.ImportPkcs8(AlgorithmOf(key), secret);

    static MacKey OpenMacKey(StoredKey key, byte[] secret) => new(KeyFactory.MacId(key.Id), secret);

    static DataKey OpenDataKey(StoredKey key, byte[] secret) => new(secret);

    static StorageStartException NotOpened(MasterKey master) => new(
        $"The {master} does not open the key ring in the database: it was encrypted under another master key. "
        + "Use the one that belongs to this database (master.key in the data directory, HANDSTAMP_MASTER_KEY, or "
        + "Keys:MasterKeyFile). See docs/guide/keys.md.");

    static JwsAlgorithm AlgorithmOf(StoredKey key) =>
        JwsAlgorithm.Find(key.Algorithm) ?? throw new StorageStartException(
            $"The key {key.Id} in the database is for the algorithm {key.Algorithm}, which this program does not know.");

    // The keys are in the order in which they begin. If none has begun yet (the clock was set back), the first one.
    static (StoredKey Stored, T Key) Latest<T>((StoredKey Stored, T Key)[] keys, DateTimeOffset now)
    {
        // The key was revoked, and its successor is being made: by this process, or by the one that has the master key.
        if (keys.Length == 0) throw new StorageUnavailableException("The key ring has no live key of this kind.");
        for (var i = keys.Length - 1; i > 0; i--)
            if (keys[i].Stored.ActiveFrom <= now) return keys[i];
        return keys[0];
    }
}
