using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Hashes passwords on a fixed number of separate threads, behind a bounded queue. What does not fit is refused
/// immediately, and the threads have a lower priority than all others. So a flood of logins takes neither the threads
/// nor the processors of other requests, and memory does not grow. Callers share the queue by site, so a flood takes no
/// login from callers of other sites.
/// </summary>
sealed class HashingQueue : IDisposable
{
    /// <summary>How long to wait after a refusal. A full queue of the default size takes about as long.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The refusal where the queue has no place, or its hash no memory.</summary>
    public static readonly Refusal Busy = new(Problems.ServerBusy, RetryAfter: RetryAfter);

    /// <summary>The site of an operator: this machine.</summary>
    public static readonly IPAddress Operator = IPAddress.Loopback;

    readonly object _gate = new();
    readonly FairQueue _waiting;
    readonly BlockingCollection<HashingJob> _finished = [];
    readonly Thread[] _threads;
    readonly Thread _answers;
    readonly Telemetry _telemetry;
    readonly int _memoryKiB;
    bool _stopped;

    public HashingQueue(IOptions<AccountOptions> options, Telemetry telemetry)
    {
        var hashing = options.Value.Hashing;
        _waiting = new FairQueue(hashing.QueueLimit);
        _telemetry = telemetry;
        _memoryKiB = hashing.MemoryKiB;
        var threads = MemoryRoom.Hashes(hashing.Concurrency, hashing.MemoryKiB);
        _threads = [.. Enumerable.Range(1, threads).Select(number => Start(Hash, $"Password hashing {number}"))];
        _answers = Start(Answer, "Password hashing answers");
    }

    /// <summary>A place for one hash, in the share of the caller's site. Null: the queue is full.</summary>
    public HashingPlace? TryEnter(IPAddress site)
    {
        var place = new HashingPlace(this, site);
        HashingPlace? displaced = null;
        bool entered;
        lock (_gate) entered = !_stopped && _waiting.TryAdd(place, out displaced);
        if (!entered || displaced is not null) _telemetry.HashingRefused.Add(1);
        Drop(displaced?.Job);
        return entered ? place : null;
    }

    /// <summary>The place now has the text to hash.</summary>
    public void Run(HashingPlace place, HashingJob job)
    {
        lock (_gate)
        {
            if (_waiting.Holds(place))
            {
                _telemetry.HashingQueued.Add(1);
                place.Job = job;
                Monitor.Pulse(_gate);
                return;
            }
        }
        job.Drop();
    }

    public void Leave(HashingPlace place)
    {
        lock (_gate) _waiting.Remove(place);
    }

    /// <summary>Drops the waiting requests, and returns when the running hashes have finished.</summary>
    public void Dispose()
    {
        IReadOnlyList<HashingPlace> waiting;
        lock (_gate)
        {
            if (_stopped) return;
            _stopped = true;
            waiting = _waiting.Clear();
            Monitor.PulseAll(_gate);
        }
        foreach (var place in waiting) Drop(place.Job);
        foreach (var thread in _threads) thread.Join();
        _finished.CompleteAdding();
        _answers.Join();
        _finished.Dispose();
    }

    void Drop(HashingJob? job)
    {
        if (job is null) return;
        _telemetry.HashingQueued.Add(-1);
        job.Drop();
    }

    static Thread Start(ThreadStart work, string name)
    {
        var thread = new Thread(work) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    void Hash()
    {
        Niceness.GiveWay();
        while (TakeNext() is { } job)
        {
            var start = Stopwatch.GetTimestamp();
            switch (MemoryRoom.Holds(_memoryKiB) ? job.Run() : HashingEnd.NoMemory)
            {
                case HashingEnd.Hashed:
                    _telemetry.HashingDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
                    break;
                case HashingEnd.NoMemory:
                    _telemetry.HashingRefused.Add(1);
                    break;
            }
            _telemetry.HashingQueued.Add(-1);
            _finished.Add(job);
        }
    }

    // Not on the hashing threads: an answer may make the thread pool start a thread, which would inherit their niceness.
    void Answer()
    {
        foreach (var job in _finished.GetConsumingEnumerable()) job.Answer();
    }

    HashingJob? TakeNext()
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                if (_waiting.TakeNext() is { } place) return place.Job;
                Monitor.Wait(_gate);
            }
            return null;
        }
    }
}
