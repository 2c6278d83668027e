using Handstamp.Server.Keys;

namespace Handstamp.Storage.EntityFramework.Rows;

/// <summary>A key of the ring, encrypted under the master key.</summary>
sealed class KeyRow
{
    public string Id { get; set; } = "";
    public int Purpose { get; set; }
    public string Algorithm { get; set; } = "";
    public byte[] Sealed { get; set; } = [];
    public long CreatedAt { get; set; }
    public long ActiveFrom { get; set; }
    public long ActiveUntil { get; set; }
    public long ExpiresAt { get; set; }
    public long? RevokedAt { get; set; }

    public void Take(StoredKey key)
    {
        Id = key.Id;
        Purpose = (int)key.Purpose;
        Algorithm = key.Algorithm;
        Sealed = key.Sealed;
        CreatedAt = key.CreatedAt.ToUnixTimeMilliseconds();
        ActiveFrom = key.ActiveFrom.ToUnixTimeMilliseconds();
        ActiveUntil = key.ActiveUntil.ToUnixTimeMilliseconds();
        ExpiresAt = key.ExpiresAt.ToUnixTimeMilliseconds();
        RevokedAt = key.RevokedAt?.ToUnixTimeMilliseconds();
    }

    public StoredKey ToKey() => new()
    {
        Id = Id,
        Purpose = (KeyPurpose)Purpose,
        Algorithm = Algorithm,
        Sealed = Sealed,
        CreatedAt = Time.Of(CreatedAt),
        ActiveFrom = Time.Of(ActiveFrom),
        ActiveUntil = Time.Of(ActiveUntil),
        ExpiresAt = Time.Of(ExpiresAt),
        RevokedAt = Time.Of(RevokedAt),
    };
}

/// <summary>The version of the ring: one row.</summary>
sealed class RingRow
{
    public const int TheOnly = 1;

    public int Id { get; set; } = TheOnly;
    public long Version { get; set; }
}
