namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>A passkey of an account (WebAuthn: a credential record), as stored at the time of reading.</summary>
sealed record Passkey
{
    /// <summary>How many passkeys an account can have. The list of them is always whole.</summary>
    public const int Most = 20;

    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }

    /// <summary>As the authenticator has chosen it: at most <see cref="MaxCredentialId"/> bytes, unique in the service.</summary>
    public required byte[] CredentialId { get; init; }

    /// <summary>The public key, as COSE writes it (RFC 9052).</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The last value of the authenticator's counter; 0 if the authenticator does not count.</summary>
    public required long SignCount { get; init; }

    /// <summary>Whether it can be on several devices. If not, it is bound to one device. This never changes.</summary>
    public required bool IsSynced { get; init; }

    /// <summary>Whether it was on several devices, or in a backup, when it was used last.</summary>
    public required bool IsBackedUp { get; init; }

    /// <summary>
    /// Whether a login with a password also needs a passkey of this account. Not for one that a browser made by itself.
    /// </summary>
    public required bool IsSecondFactor { get; init; }

    /// <summary>How browsers can reach the authenticator: <c>internal</c>, <c>hybrid</c>, <c>usb</c>, …</summary>
    public IReadOnlyList<string> Transports { get; init; } = [];

    /// <summary>The model of the authenticator, as it says itself; zero if it does not.</summary>
    public Guid Aaguid { get; init; }

    /// <summary>As its owner calls it.</summary>
    public string? Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>WebAuthn §4: the most that an authenticator may choose.</summary>
    public const int MaxCredentialId = 1023;
}

/// <summary>The name that a person gives a passkey.</summary>
static class PasskeyName
{
    public const int MaxLength = 64;

    public const string Rule = "The member 'name' must have 1 to 64 characters, none of them a control character.";

    public static bool IsValid(string? name) =>
        name is null || (name.Length <= MaxLength && !name.Any(char.IsControl) && !string.IsNullOrWhiteSpace(name) && IsWhole(name));

    // Half of a surrogate pair is not text, and a database may refuse it.
    static bool IsWhole(string name) => name.EnumerateRunes().All(rune => rune != System.Text.Rune.ReplacementChar);
}
