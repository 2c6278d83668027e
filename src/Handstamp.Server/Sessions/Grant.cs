namespace Handstamp.Server.Sessions;

/// <summary>
/// Permission to begin one session: who was verified, when and how, and what the session is for. Only a completed
/// sign-in creates it: the one class that derives from it is private there. A class and not a record, so that none is
/// made from another.
/// </summary>
abstract class Grant
{
    public required Guid AccountId { get; init; }

    /// <summary>
    /// The account's stamp when the person was verified. The session begins only if the stamp is still the same.
    /// </summary>
    public required string SecurityStamp { get; init; }

    /// <summary>As RFC 8176 names them; at least one.</summary>
    public required IReadOnlyList<string> AuthenticationMethods { get; init; }

    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>The OAuth client, or null for the first party.</summary>
    public string? ClientId { get; init; }

    public string? Scope { get; init; }

    /// <summary>
    /// The audience of the access tokens unless a request names another; null for the default of the settings.
    /// </summary>
    public string? Audience { get; init; }

    public required SessionTransport Transport { get; init; }

    /// <summary>The live session in which the person has authenticated again; null for a session that begins.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The hash of the refresh token of the former system that the session goes on from; null for a login.</summary>
    public byte[]? FormerToken { get; init; }

    /// <summary>The thumbprint of the key that the session is bound to, if any.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>The person does not want to be remembered.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>The name of the session in the device list.</summary>
    public string? DeviceName { get; init; }
}
