using System.Collections.Concurrent;
using System.Diagnostics;
using Handstamp.Server.Audit;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Where passwords are hashed: on a fixed number of threads of its own, behind a bounded queue. What does not fit is
/// refused at once, and the threads give way to all others, so a flood of logins takes neither the threads nor the
/// processors of other requests, nor does it grow memory.
/// </summary>
sealed class HashingQueue : IDisposable
{
    /// <summary>When to come again after a refusal. A full queue of the default size takes about as long.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly object _gate = new();
    readonly Queue<Job> _waiting = [];
    readonly BlockingCollection<Job> _finished = [];
    readonly Thread[] _threads;
    readonly Thread _answers;
    readonly int _limit;
    readonly Telemetry _telemetry;
    bool _stopped;

    public HashingQueue(IOptions<AccountOptions> options, Telemetry telemetry)
    {
        var hashing = options.Value.Hashing;
        _limit = hashing.QueueLimit;
        _telemetry = telemetry;
        _threads = [.. Enumerable.Range(1, hashing.Concurrency).Select(number => Start(Hash, $"Password hashing {number}"))];
        _answers = Start(Answer, "Password hashing answers");
    }

    /// <summary>Whether a hash that came now would be refused. Says nothing about the next moment.</summary>
    public bool Refuses()
    {
        bool isFull;
        lock (_gate) isFull = _waiting.Count >= _limit;
        if (isFull) _telemetry.HashingRefused.Add(1);
        return isFull;
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
            if (_stopped) return;
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
        foreach (var thread in _threads) thread.Join();
        _finished.CompleteAdding();
        _answers.Join();
        _finished.Dispose();
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
            if (job.Run()) _telemetry.HashingDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
            _telemetry.HashingQueued.Add(-1);
            _finished.Add(job);
        }
    }

    // Not on the hashing threads: an answer may make the thread pool start a thread, which would inherit their niceness.
    void Answer()
    {
        foreach (var job in _finished.GetConsumingEnumerable()) job.Answer();
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
        /// <summary>Hashes; false when the job was cancelled while it waited.</summary>
        public abstract bool Run();

        /// <summary>Tells the caller what became of it.</summary>
        public abstract void Answer();

        public abstract void Cancel();
    }

    sealed class Job<T>(Func<T> hash, CancellationToken cancel) : Job
    {
        // Continuations run elsewhere: the thread that answers does nothing but answer.
        readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Action? _answer;

        public Task<T> Result => _result.Task;

        public override bool Run()
        {
            var wanted = !cancel.IsCancellationRequested;
            _answer = wanted ? Hash() : () => _result.SetCanceled(cancel);
            return wanted;
        }

        public override void Answer() => _answer!();

        public override void Cancel() => _result.SetCanceled(CancellationToken.None);

        Action Hash()
        {
            try
            {
                var value = hash();
                return () => _result.SetResult(value);
            }
            // Whatever it is belongs to the caller; the thread has to live on.
            catch (Exception exception)
            {
                return () => _result.SetException(exception);
            }
        }
    }
}
