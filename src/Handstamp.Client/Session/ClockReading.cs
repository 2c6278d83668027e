namespace Handstamp.Client.Session;

/// <summary>A moment on both clocks of this machine. Neither is ever compared with the service's.</summary>
readonly struct ClockReading(TimeProvider time)
{
    readonly long _monotonic = time.GetTimestamp();
    readonly DateTimeOffset _wall = time.GetUtcNow();

    /// <summary>
    /// The time since then. The clock that has gone further counts: the monotonic one may stand still while the
    /// machine sleeps, the other one can be set.
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
