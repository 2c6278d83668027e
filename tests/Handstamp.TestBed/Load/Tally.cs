using System.Collections.Concurrent;

namespace Handstamp.TestBed.Load;

/// <summary>The combined results of the clients of one run.</summary>
public sealed class Tally(int wanted)
{
    readonly ConcurrentDictionary<string, int> _transient = new();
    readonly ConcurrentQueue<string> _definitive = new();
    Action? _atNextRefresh;
    int _attempts;
    int _granted;
    int _unanswered;

    /// <summary>Whether the wanted number of refreshes is reached.</summary>
    public bool IsFull => Volatile.Read(ref _granted) >= wanted;

    public int Attempts => _attempts;

    public int Refreshes => _granted;

    /// <summary>Broken by each refresh that led to a new generation, which the database has committed.</summary>
    public Silence Writes { get; } = new();

    public int Unanswered => _unanswered;

    public IReadOnlyDictionary<string, int> TransientRefusals => _transient;

    /// <summary>False logouts, all of them: only the client ever had its tokens.</summary>
    public IReadOnlyCollection<string> DefinitiveRefusals => _definitive;

    internal void Attempt() => Interlocked.Increment(ref _attempts);

    internal void Granted(bool rotated)
    {
        Interlocked.Increment(ref _granted);
        if (rotated) Writes.Break();
        Interlocked.Exchange(ref _atNextRefresh, null)?.Invoke();
    }

    /// <summary>Acts at the very moment when a client has received its next token; completes when it did.</summary>
    public Task AtNextRefreshAsync(Action act)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _atNextRefresh = () =>
        {
            act();
            done.SetResult();
        };
        return done.Task.WaitAsync(Eventually.Timeout);
    }

    internal void NoAnswer() => Interlocked.Increment(ref _unanswered);

    internal Answer Transient(string code)
    {
        _transient.AddOrUpdate(code, 1, (_, count) => count + 1);
        return Answer.Transient;
    }

    internal void Definitive(string what) => _definitive.Enqueue(what);
}
