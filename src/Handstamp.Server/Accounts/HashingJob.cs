namespace Handstamp.Server.Accounts;

/// <summary>How a <see cref="HashingJob"/> ended.</summary>
enum HashingEnd
{
    /// <summary>The caller gets the hash, or the fault of the hashing.</summary>
    Hashed,

    /// <summary>The caller has gone away.</summary>
    NobodyWaits,

    /// <summary>There is not enough memory now.</summary>
    NoMemory,
}

/// <summary>One hash that a caller waits for.</summary>
abstract class HashingJob
{
    /// <summary>Hashes, if a caller still waits for it.</summary>
    public abstract HashingEnd Run();

    /// <summary>Gives the caller the result; if it did not run, the caller learns that it was not hashed.</summary>
    public abstract void Answer();

    /// <summary>Tells the caller that it is not hashed.</summary>
    public abstract void Drop();
}

sealed class HashingJob<T>(Func<T> hash, CancellationToken cancel) : HashingJob where T : class
{
    // Continuations run elsewhere: the thread that answers does nothing but answer.
    readonly TaskCompletionSource<T?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Action? _answer;

    public Task<T?> Result => _result.Task;

    public override HashingEnd Run()
    {
        if (cancel.IsCancellationRequested) return HashingEnd.NobodyWaits;
        try
        {
            var value = hash();
            _answer = () => _result.SetResult(value);
        }
        catch (OutOfMemoryException)
        {
            return HashingEnd.NoMemory;
        }
        // Any exception goes to the caller; the thread has to continue.
        catch (Exception exception)
        {
            _answer = () => _result.SetException(exception);
        }
        return HashingEnd.Hashed;
    }

    public override void Answer()
    {
        if (_answer is null) Drop();
        else _answer();
    }

    public override void Drop() => _result.SetResult(null);
}
