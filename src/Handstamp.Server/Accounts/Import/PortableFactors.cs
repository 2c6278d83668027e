namespace Handstamp.Server.Accounts.Import;

/// <summary>An authenticator app as it is exported and imported. A class and not a record: its text must not show the secret.</summary>
sealed class PortableTotp
{
    /// <summary>In base 32.</summary>
    public required string Secret { get; init; }

    /// <summary>If it is not what all apps have: SHA-1, 6 digits and 30 seconds. Then it is refused.</summary>
    public string? Algorithm { get; init; }

    public int? Digits { get; init; }

    public int? Period { get; init; }

    public string? Name { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A passkey as it is exported and imported. Bytes are in base64url or base64.</summary>
sealed class PortablePasskey
{
    public required string CredentialId { get; init; }

    /// <summary>As COSE writes it.</summary>
    public required string PublicKey { get; init; }

    public long SignCount { get; init; }

    /// <summary>WebAuthn's backup eligibility. A login with another value is refused, so it has to be known.</summary>
    public bool? Synced { get; init; }

    /// <summary>WebAuthn's backup state.</summary>
    public bool? BackedUp { get; init; }

    /// <summary>Whether a login with a password needs it too; false without it.</summary>
    public bool? SecondFactor { get; init; }

    public IReadOnlyList<string>? Transports { get; init; }

    public Guid? Aaguid { get; init; }

    public string? Name { get; init; }

    /// <summary>What the authenticator shows at a login. It has to be the id of the account.</summary>
    public string? UserHandle { get; init; }

    /// <summary>The domain that it was made for.</summary>
    public string? RpId { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }
}
