namespace Handstamp.Client;

/// <summary>A device on which the account is logged in, as <c>GET /sessions</c> tells it.</summary>
public sealed class Device
{
    /// <summary>Its session.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whether it is this one.</summary>
    public required bool Current { get; init; }

    /// <summary>How it was named, if it was.</summary>
    public string? DeviceName { get; init; }

    /// <summary>What it said that it is when it logged in.</summary>
    public string? UserAgent { get; init; }

    /// <summary>From where it logged in.</summary>
    public string? IpAddress { get; init; }

    /// <summary>How its refresh token travels: <c>body</c>, <c>cookie</c>, or <c>page</c>, for the service's own pages.</summary>
    public required string Transport { get; init; }

    /// <summary>When it logged in.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The hour in which its session was last refreshed.</summary>
    public required DateTimeOffset LastUsedAt { get; init; }

    /// <summary>The hour by which its session ends if it is not used any more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
