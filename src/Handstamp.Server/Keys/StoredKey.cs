namespace Handstamp.Server.Keys;

/// <summary>What a key is for. The numbers are stored.</summary>
enum KeyPurpose
{
    /// <summary>It signs access tokens.</summary>
    Sign,

    /// <summary>It authenticates refresh tokens.</summary>
    Mac,

    /// <summary>It encrypts secrets of accounts in the database.</summary>
    Data,

    /// <summary>It encrypts password hashes, where the settings say so.</summary>
    Seal,
}

/// <summary>
/// A key of the ring as it is stored: its secret, encrypted under the master key, and its life as four times.
/// </summary>
sealed record StoredKey
{
    /// <summary>
    /// The thumbprint of a signing key; <c>mac-N</c> for a MAC key, where N is the byte in its tokens; <c>data-</c> or
    /// <c>seal-</c> and a fingerprint for a data key or a sealing key.
    /// </summary>
    public required string Id { get; init; }

    public required KeyPurpose Purpose { get; init; }

    /// <summary>ES256, RS256, HS256 or A256GCM.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The secret, encrypted with AES-256-GCM under the master key.</summary>
    public required byte[] Sealed { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From here on it signs; before that, it is announced.</summary>
    public required DateTimeOffset ActiveFrom { get; init; }

    /// <summary>Here its successor takes over; this key still verifies.</summary>
    public required DateTimeOffset ActiveUntil { get; init; }

    /// <summary>From here on, everything that it made has expired, and it is deleted.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>An operator has revoked it: everything that it made is invalid.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
