using System.Collections.Concurrent;

namespace Handstamp.Bearer.Dpop;

/// <summary>The proofs that this process has accepted, each for as long as it could be used again.</summary>
sealed class ReplayMemory(TimeProvider time, int max = ReplayMemory.Max) : IDpopReplayStore
{
    // At about 100 bytes each. When it is full, another proof is refused: forgetting one would let that one be used
    // again.
    const int Max = 1_000_000;
    static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<UInt128, DateTimeOffset> _used = new();
    readonly Lock _sweep = new();
    int _count;
    long _nextSweep;

    public ValueTask<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now.UtcTicks >= Volatile.Read(ref _nextSweep))
            Sweep(now);
        // Counted separately, because the dictionary takes all its locks to count its entries.
        if (Volatile.Read(ref _count) >= max || !_used.TryAdd(proof, until)) return new(false);

        Interlocked.Increment(ref _count);
        return new(true);
    }

    void Sweep(DateTimeOffset now)
    {
        if (!_sweep.TryEnter()) return;

        try
        {
            Volatile.Write(ref _nextSweep, (now + SweepInterval).UtcTicks);
            foreach (var (proof, until) in _used)
            {
                if (until <= now && _used.TryRemove(proof, out _))
                    Interlocked.Decrement(ref _count);
            }
        }
        finally
        {
            _sweep.Exit();
        }
    }
}
