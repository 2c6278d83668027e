namespace Handstamp.Client;

/// <summary>The second factors of an account, as <c>GET /mfa</c> returns them.</summary>
public sealed class SecondFactors
{
    /// <summary>The authenticator apps, the oldest first.</summary>
    public required IReadOnlyList<SecondFactor> Factors { get; init; }

    /// <summary>How many recovery codes are left.</summary>
    public required int RecoveryCodes { get; init; }

    /// <summary>Whether the account needs a second factor.</summary>
    public required bool Required { get; init; }
}

/// <summary>A second factor.</summary>
public sealed class SecondFactor
{
    /// <summary>The id, with which it can be removed.</summary>
    public required Guid Id { get; init; }

    /// <summary>The kind: <c>totp</c> for an authenticator app.</summary>
    public required string Kind { get; init; }

    /// <summary>The name that the person has given it.</summary>
    public string? Name { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a code of it was last accepted.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A secret for an authenticator app. A class and not a record: its text must not show it.</summary>
public sealed class AuthenticatorEnrolment
{
    /// <summary>The secret in base 32, for a person who cannot use the QR code.</summary>
    public required string Secret { get; init; }

    /// <summary>The address that apps read: <c>otpauth://…</c>.</summary>
    public required string Uri { get; init; }

    /// <summary>The address as a QR code: an SVG image.</summary>
    public required string QrSvg { get; init; }
}
