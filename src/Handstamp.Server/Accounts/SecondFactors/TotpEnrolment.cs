namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>A secret for an app. A class and not a record: its text must not show it.</summary>
sealed class TotpEnrolment
{
    /// <summary>In base 32, for a person who cannot use the QR code.</summary>
    public required string Secret { get; init; }

    /// <summary>The secret in groups, as a person can type it.</summary>
    public string Grouped() => string.Join(' ', Secret.Chunk(4).Select(group => new string(group)));

    /// <summary>The address that apps read.</summary>
    public required string Uri { get; init; }

    /// <summary>The address as a QR code.</summary>
    public required string QrSvg { get; init; }
}

/// <summary>An app that was confirmed. A class and not a record: its text must not show the codes.</summary>
sealed class TotpConfirmed
{
    public required Guid Id { get; init; }

    /// <summary>Null if the account has had some before.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; init; }
}

/// <summary>New recovery codes. A class and not a record: its text must not show them.</summary>
sealed class RecoveryCodeList
{
    public required IReadOnlyList<string> RecoveryCodes { get; init; }
}
