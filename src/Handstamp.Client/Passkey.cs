namespace Handstamp.Client;

/// <summary>A passkey of the account, as <c>GET /passkeys</c> returns it. A browser or an operating system adds one.</summary>
public sealed class Passkey
{
    /// <summary>The passkey's id in the service.</summary>
    public required Guid Id { get; init; }

    /// <summary>The passkey's name, if it has one.</summary>
    public string? Name { get; init; }

    /// <summary>Whether it can be on several devices. If not, it is bound to one device.</summary>
    public required bool Synced { get; init; }

    /// <summary>Whether it was on several devices, or in a backup, when it was used last.</summary>
    public required bool BackedUp { get; init; }

    /// <summary>Whether a login with the password also needs a passkey of the account.</summary>
    public required bool SecondFactor { get; init; }

    /// <summary>How a browser can reach the authenticator: <c>internal</c>, <c>hybrid</c>, <c>usb</c>, …</summary>
    public required IReadOnlyList<string> Transports { get; init; }

    /// <summary>The model of the authenticator, if it says so. Nothing proves it.</summary>
    public Guid? Aaguid { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody logged in with it last.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}
