namespace Handstamp.Client.Session;

/// <summary>How long the client waits for what. Tests run on faster clocks.</summary>
sealed record Timings
{
    /// <summary>A request that is no refresh is given up after so long.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>At most so long before a token is tried again of which the service does not say when.</summary>
    public TimeSpan Superseded { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest quiet gap that a service has at the end of its retry window: no wait for its end is longer.</summary>
    public TimeSpan QuietGap { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// So long no token is replaced as outdated after another was. A change of the service's keys is everywhere by then,
    /// also at an API that asks for them once in that time.
    /// </summary>
    public TimeSpan Outdated { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after the first attempt that failed for a while.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A refresh is given up after half of the quiet gap, which is a third of a short retry window. Then a request and an
    /// answer of another refresh take no longer than the gap together, as sharing a store without a lock needs. The window
    /// is in seconds; null or 0 shortens nothing.
    /// </summary>
    public TimeSpan Refresh(double? window) =>
        (window > 0 && window / 3 < QuietGap.TotalSeconds ? TimeSpan.FromSeconds(window.Value / 3) : QuietGap) / 2;

    /// <summary>How long to wait before a token that was refused for now is shown again.</summary>
    public TimeSpan BeforeAnother(TimeSpan? retryAfter) => retryAfter switch
    {
        null => Superseded * Jitter.Next(),
        { } told => told < QuietGap ? told : QuietGap,
    };
}
