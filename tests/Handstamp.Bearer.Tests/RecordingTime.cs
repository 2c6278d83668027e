using System.Collections.Concurrent;

namespace Handstamp.Bearer.Tests;

/// <summary>Another clock, and how long the code under test has asked it to wait.</summary>
sealed class RecordingTime(TimeProvider clock) : TimeProvider
{
    readonly ConcurrentQueue<TimeSpan> _waits = new();

    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Enqueue(dueTime);
        return clock.CreateTimer(callback, state, dueTime, period);
    }
}
