namespace Handstamp.Client.Session;

/// <summary>The client's time limits. Tests use shorter ones.</summary>
sealed record Timings
{
    /// <summary>A request that is not a refresh is abandoned after this time.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum wait before a token is tried again if the service does not say when.</summary>
    public TimeSpan Superseded { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest quiet gap that a service can have at the end of its retry window: a wait for its end is never
    /// longer.
    /// </summary>
    public TimeSpan QuietGap { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After a token was replaced as outdated, no other one is replaced for this time. By then a change of the
    /// service's keys is known everywhere, even at an API that fetches them only once in this time.
    /// </summary>
    public TimeSpan Outdated { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after the first attempt that failed temporarily.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A refresh is abandoned after half of the quiet gap, which is a third of a short retry window. Then a request and
    /// an answer of two refreshes together take no longer than the gap, which is necessary if processes share a store
    /// without a lock. The window is in seconds; null or 0 shortens nothing.
    /// </summary>
    public TimeSpan Refresh(double? window) =>
        (window > 0 && window / 3 < QuietGap.TotalSeconds ? TimeSpan.FromSeconds(window.Value / 3) : QuietGap) / 2;

    /// <summary>How long to wait before a token that was refused temporarily is sent again.</summary>
    public TimeSpan BeforeAnother(TimeSpan? retryAfter) => retryAfter switch
    {
        null => Superseded * Jitter.Next(),
        { } told => told < QuietGap ? told : QuietGap,
    };
}
