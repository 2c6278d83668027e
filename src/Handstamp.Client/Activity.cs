namespace Handstamp.Client;

/// <summary>A page of what has happened to an account, as <c>GET /me/activity</c> returns it.</summary>
public sealed class ActivityPage
{
    /// <summary>Newest first. A page can have fewer than were asked for, and still not be the last one.</summary>
    public required IReadOnlyList<Activity> Activity { get; init; }

    /// <summary>For the next page. Null on the last one.</summary>
    public Guid? Next { get; init; }
}

/// <summary>Something that has happened to an account.</summary>
public sealed class Activity
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>What happened: <c>session.begun</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When; for several, when last.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: <c>owner</c>, <c>operator</c>, <c>service</c>, <c>client</c>, or <c>unknown</c> for a refused attempt.</summary>
    public required string By { get; init; }

    /// <summary>Why or how.</summary>
    public string? Outcome { get; init; }

    /// <summary>How often.</summary>
    public required int Count { get; init; }

    /// <summary>For several: when first.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The owner's own IP address. Null for what others have done.</summary>
    public string? IpAddress { get; init; }

    /// <summary>The owner's own user agent. Null for what others have done.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The session that it is about.</summary>
    public Guid? SessionId { get; init; }
}

/// <summary>When an account is deleted.</summary>
public sealed class AccountDeletion
{
    /// <summary>The time of the deletion.</summary>
    public required DateTimeOffset DeletesAt { get; init; }

    /// <summary>Whether it already is deleted.</summary>
    public required bool Deleted { get; init; }
}
