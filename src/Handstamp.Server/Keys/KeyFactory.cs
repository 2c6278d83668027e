using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Handstamp.Tokens;

namespace Handstamp.Server.Keys;

/// <summary>Makes new keys, encrypted.</summary>
static class KeyFactory
{
    const string MacPrefix = "mac-";

    public static StoredKey Create(
        KeyPurpose purpose, IReadOnlyList<StoredKey> ring, MasterKey master, DateTimeOffset start, DateTimeOffset now, KeyOptions options)
    {
        var key = purpose switch
        {
            KeyPurpose.Sign => CreateSigningKey(master, now, options),
            KeyPurpose.Mac => CreateMacKey(ring, master, now),
            KeyPurpose.Data or KeyPurpose.Seal => CreateDataKey(purpose, master, now),
            _ => throw new UnreachableException(),
        };
        return KeyRules.Lasting(key, start, options);
    }

    public static string MacName(byte id) => string.Create(CultureInfo.InvariantCulture, $"{MacPrefix}{id}");

    public static byte MacId(string id) => byte.Parse(id.AsSpan(MacPrefix.Length), CultureInfo.InvariantCulture);

    static StoredKey CreateSigningKey(MasterKey master, DateTimeOffset now, KeyOptions options)
    {
        var algorithm = JwsAlgorithm.Find(options.Algorithm)
            ?? throw new InvalidOperationException($"Keys:Algorithm {options.Algorithm} was not validated.");
        using var key = SigningKey.Create(algorithm);
        return Sealed(KeyPurpose.Sign, key.KeyId, algorithm.Name, key.ExportPkcs8(), master, now);
    }

    static StoredKey CreateMacKey(IReadOnlyList<StoredKey> ring, MasterKey master, DateTimeOffset now)
    {
        var key = MacKey.Create(FreeMacId(ring));
        return Sealed(KeyPurpose.Mac, MacName(key.Id), "HS256", key.ExportSecret(), master, now);
    }

    // The database finds what is sealed under a key by an id of this length.
    static StoredKey CreateDataKey(KeyPurpose purpose, MasterKey master, DateTimeOffset now)
    {
        var secret = RandomNumberGenerator.GetBytes(DataKey.Length);
        var id = $"{(purpose == KeyPurpose.Seal ? "seal" : "data")}-{Convert.ToHexStringLower(SHA256.HashData(secret).AsSpan(0, 4))}";
        return Sealed(purpose, id, "A256GCM", secret, master, now);
    }

    // One byte names a MAC key in its tokens. The next number is used, and after the last one the first: an id is used
    // again only after all others.
    static byte FreeMacId(IReadOnlyList<StoredKey> ring)
    {
        var taken = ring.Where(key => key.Purpose == KeyPurpose.Mac).OrderBy(key => key.CreatedAt).Select(key => MacId(key.Id)).ToList();
        if (taken.Count >= KeyRules.MacIds) throw new InvalidOperationException("Every id of a MAC key is taken.");
        var id = taken.Count == 0 ? (byte)1 : unchecked((byte)(taken[^1] + 1));
        while (taken.Contains(id)) id = unchecked((byte)(id + 1));
        return id;
    }

    static StoredKey Sealed(KeyPurpose purpose, string id, string algorithm, byte[] secret, MasterKey master, DateTimeOffset now)
    {
        var box = master.Seal(secret, purpose, id);
        CryptographicOperations.ZeroMemory(secret);
        return new StoredKey
        {
            Id = id,
            Purpose = purpose,
            Algorithm = algorithm,
            Sealed = box,
            CreatedAt = now,
            ActiveFrom = now,
            ActiveUntil = now,
            ExpiresAt = now,
        };
    }
}
