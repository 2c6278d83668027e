using System.Diagnostics;

namespace Handstamp.TestBed.Load;

/// <summary>How often something happened, and the longest time without it.</summary>
public sealed class Silence
{
    readonly Lock _lock = new();
    long _since = Stopwatch.GetTimestamp();
    TimeSpan _longest;

    /// <summary>How often the silence was broken.</summary>
    public int Breaks { get; private set; }

    /// <summary>The present silence counts, too.</summary>
    public TimeSpan Longest
    {
        get { lock (_lock) return Longer(); }
    }

    /// <summary>Forgets everything before this moment.</summary>
    public void Watch()
    {
        lock (_lock) (_since, _longest) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
    }

    internal void Break()
    {
        lock (_lock) (_longest, _since, Breaks) = (Longer(), Stopwatch.GetTimestamp(), Breaks + 1);
    }

    TimeSpan Longer() => TimeSpan.FromTicks(Math.Max(_longest.Ticks, Stopwatch.GetElapsedTime(_since).Ticks));
}
