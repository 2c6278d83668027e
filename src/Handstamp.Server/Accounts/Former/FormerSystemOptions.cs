namespace Handstamp.Server.Accounts.Former;

/// <summary>The section <c>FormerSystem</c>: the system that people come from.</summary>
sealed class FormerSystemOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "FormerSystem";

    /// <summary>The callback that says whether a password is right in the former system. None by default.</summary>
    public string? PasswordUrl { get; set; }

    /// <summary>The callback that says whose session a refresh token of the former system belongs to. None by default.</summary>
    public string? SessionUrl { get; set; }

    /// <summary>What the callbacks are called with, in <c>Authorization: Bearer</c>. Needed with an address.</summary>
    public string? Secret { get; set; }

    /// <summary>From the beginning of this day in UTC, the former system is not asked any more. None by default.</summary>
    public DateOnly? Until { get; set; }

    public DateTimeOffset? End => Until is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null;

    public bool IsOver(DateTimeOffset now) => now >= End;
}
