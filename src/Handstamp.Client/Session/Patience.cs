namespace Handstamp.Client.Session;

/// <summary>How long the client waits for what. Tests run on faster clocks.</summary>
sealed record Patience
{
    /// <summary>A request is given up after so long. The service forgives what takes at most its retry window, 30 s.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>At most so long before a superseded token is tried again.</summary>
    public TimeSpan Superseded { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The pause after the first attempt that failed for a while.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);
}
