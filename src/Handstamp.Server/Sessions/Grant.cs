namespace Handstamp.Server.Sessions;

/// <summary>
/// Leave to begin one session: who was verified, when and how, and what the session is for. A sign-in that is complete gives
/// it, and nobody else: the one class that derives from it is private there. A class and not a record, so that none is
/// made from another.
/// </summary>
abstract class Grant
{
    public required Guid AccountId { get; init; }

    /// <summary>The account's, as it was when the person was verified. The session begins only if it still is.</summary>
    public required string SecurityStamp { get; init; }

    /// <summary>As RFC 8176 names them; at least one.</summary>
    public required IReadOnlyList<string> AuthenticationMethods { get; init; }

    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>The OAuth client, or null for the first party.</summary>
    public string? ClientId { get; init; }

    public string? Scope { get; init; }

    /// <summary>For whom the access tokens are unless a request asks otherwise; null: the default of the settings.</summary>
    public string? Audience { get; init; }

    public required SessionTransport Transport { get; init; }

    /// <summary>The thumbprint of the key that the session is bound to, if any.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>How the device list shall call the session.</summary>
    public string? DeviceName { get; init; }
}
