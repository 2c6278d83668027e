namespace Handstamp.Client.Session;

/// <summary>A moment on both clocks of this machine. Neither is ever compared with the service's.</summary>
readonly struct ClockReading(TimeProvider time)
{
    readonly long _monotonic = time.GetTimestamp();
    readonly DateTimeOffset _wall = time.GetUtcNow();

    /// <summary>
    /// The time since then. The larger of the two clocks' values counts: the monotonic clock may stop while the machine
    /// sleeps, and the other one can be set.
    /// </summary>
    public TimeSpan Elapsed
    {
        get
        {
            var (monotonic, wall) = (time.GetElapsedTime(_monotonic), time.GetUtcNow() - _wall);
            return monotonic > wall ? monotonic : wall;
        }
    }
}
