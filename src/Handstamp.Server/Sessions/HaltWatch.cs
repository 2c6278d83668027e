using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Notices that this process was halted: a suspended machine, a frozen container, a debugger. A request that was read
/// before the halt, or waited in a socket during it, is processed afterwards, and may be older than any honest request.
/// So for a while after a halt, nothing counts as a reuse. It uses the clock of the system, even if the service has
/// another one, because it watches the process.
/// </summary>
sealed class HaltWatch : IDisposable
{
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan ShortestHalt = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ShortestCare = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    readonly TimeProvider _clock;
    readonly TimeSpan _halt;
    readonly TimeSpan _care;
    readonly ITimer _timer;
    ClockReading _beat;
    ClockReading? _end;

    public HaltWatch(TimeProvider clock, IOptions<SessionOptions> options)
    {
        _clock = clock;
        _halt = Longer(options.Value.Rotation.QuietGap, ShortestHalt);
        _care = Longer(options.Value.RetryWindow, ShortestCare);
        _beat = ClockReading.Of(clock);
        _timer = clock.CreateTimer(_ => Look(), null, Beat, Beat);
    }

    /// <summary>Whether the current request may have waited during a halt.</summary>
    public bool HasJustEnded
    {
        get
        {
            // The first caller after a halt may come before the timer.
            Look();
            lock (_lock) return _end is { } end && _beat.Since(end) < _care;
        }
    }

    public void Dispose() => _timer.Dispose();

    void Look()
    {
        lock (_lock)
        {
            var now = ClockReading.Of(_clock);
            if (now.Since(_beat) > _halt) _end = now;
            _beat = now;
        }
    }

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>
    /// By both clocks: the processor's clock stops while a machine sleeps, and the other one can be set.
    /// </summary>
    readonly record struct ClockReading(TimeSpan Running, DateTimeOffset Time)
    {
        public static ClockReading Of(TimeProvider clock) => new(clock.GetElapsedTime(0), clock.Now());

        public TimeSpan Since(ClockReading earlier) => Longer(Running - earlier.Running, Time - earlier.Time);
    }
}
