namespace Handstamp.Client.Session;

/// <summary>The growing pauses between attempts that fail temporarily.</summary>
sealed class Pauses(Timings timings, TimeProvider time)
{
    Pause? _pause;
    int _failures;

    /// <summary>The failure of the last attempt, while it is too early for another one.</summary>
    public HandstampException? Fault => Left > TimeSpan.Zero ? _pause?.Fault : null;

    /// <summary>How long until the next attempt.</summary>
    public TimeSpan Left => _pause?.Left ?? TimeSpan.Zero;

    /// <summary>
    /// A failure. Returns how long to wait: a random time, so that clients that fail together do not come back
    /// together.
    /// </summary>
    public TimeSpan Grow(HandstampException fault)
    {
        var whole = timings.FirstPause * Math.Pow(2, Math.Min(_failures++, 30));
        var own = (whole < timings.LongestPause ? whole : timings.LongestPause) * (0.5 + (Jitter.Next() / 2));
        var length = fault.RetryAfter > own ? fault.RetryAfter.Value : own;
        _pause = new Pause(fault, length, new ClockReading(time));
        return length;
    }

    public void End() => (_pause, _failures) = (null, 0);

    sealed record Pause(HandstampException Fault, TimeSpan Length, ClockReading Begun)
    {
        public TimeSpan Left => Length - Begun.Elapsed;
    }
}
