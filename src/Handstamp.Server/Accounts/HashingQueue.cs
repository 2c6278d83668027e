using System.Diagnostics;
using Handstamp.Server.Audit;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Where passwords are hashed: on a fixed number of threads of its own, behind a bounded queue. What does not fit is
/// refused at once, so a flood of logins neither takes the threads of other requests nor grows memory.
/// </summary>
sealed class HashingQueue : IDisposable
{
    /// <summary>When to come again after a refusal. A full queue of the default size takes about as long.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly object _gate = new();
    readonly Queue<Job> _waiting = [];
    readonly Thread[] _threads;
    readonly int _limit;
    readonly Telemetry _telemetry;
    bool _stopped;

    public HashingQueue(IOptions<AccountOptions> options, Telemetry telemetry)
    {
        var hashing = options.Value.Hashing;
        _limit = hashing.QueueLimit;
        _telemetry = telemetry;
        _threads = [.. Enumerable.Range(1, hashing.Concurrency).Select(StartThread)];
    }

    /// <summary>
    /// Runs <paramref name="hash"/> when a thread is free, or not at all if <paramref name="cancel"/> comes first.
    /// Null: the queue is full.
    /// </summary>
    public Task<T>? TryRun<T>(Func<T> hash, CancellationToken cancel)
    {
        var job = new Job<T>(hash, cancel);
        if (!TryEnqueue(job))
        {
            _telemetry.HashingRefused.Add(1);
            return null;
        }
        _telemetry.HashingQueued.Add(1);
        return job.Result;
    }

    /// <summary>Cancels what waits, and returns when what runs has finished.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
        foreach (var thread in _threads) thread.Join();
        while (_waiting.TryDequeue(out var job))
        {
            job.Cancel();
            _telemetry.HashingQueued.Add(-1);
        }
    }

    bool TryEnqueue(Job job)
    {
        lock (_gate)
        {
            if (_stopped || _waiting.Count >= _limit) return false;
            _waiting.Enqueue(job);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    Thread StartThread(int number)
    {
        var thread = new Thread(Work) { IsBackground = true, Name = $"Password hashing {number}" };
        thread.Start();
        return thread;
    }

    void Work()
    {
        while (TakeNext() is { } job)
        {
            var start = Stopwatch.GetTimestamp();
            if (job.Run()) _telemetry.HashingDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
            _telemetry.HashingQueued.Add(-1);
        }
    }

    Job? TakeNext()
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                if (_waiting.TryDequeue(out var job)) return job;
                Monitor.Wait(_gate);
            }
            return null;
        }
    }

    abstract class Job
    {
        /// <summary>False when the job was cancelled while it waited.</summary>
        public abstract bool Run();

        public abstract void Cancel();
    }

    sealed class Job<T>(Func<T> hash, CancellationToken cancel) : Job
    {
        // Continuations run elsewhere: a hashing thread does nothing but hash.
        readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Result => _result.Task;

        public override bool Run()
        {
            if (cancel.IsCancellationRequested)
            {
                _result.SetCanceled(cancel);
                return false;
            }
            try
            {
                _result.SetResult(hash());
            }
            // Whatever it is belongs to the caller; the thread has to live on.
            catch (Exception exception)
            {
                _result.SetException(exception);
            }
            return true;
        }

        public override void Cancel() => _result.SetCanceled(CancellationToken.None);
    }
}
