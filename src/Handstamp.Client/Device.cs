namespace Handstamp.Client;

/// <summary>A device on which the account is logged in, as <c>GET /sessions</c> returns it.</summary>
public sealed class Device
{
    /// <summary>The device's session.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whether this is the current device.</summary>
    public required bool Current { get; init; }

    /// <summary>The device's name, if it has one.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The user agent that the device sent when it logged in.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The IP address of the login.</summary>
    public string? IpAddress { get; init; }

    /// <summary>The city of that address, if the service knows it.</summary>
    public string? City { get; init; }

    /// <summary>The country of that address, if the service knows it: a code of ISO 3166-1 such as <c>DE</c>.</summary>
    public string? Country { get; init; }

    /// <summary>
    /// How the session's refresh token travels: <c>body</c>, <c>cookie</c>, or <c>page</c> for the service's own
    /// pages.
    /// </summary>
    public required string Transport { get; init; }

    /// <summary>When the device logged in.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The hour in which the session was last refreshed.</summary>
    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary>The hour by which the session ends if it is not used again.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
