namespace Handstamp.Server.Accounts;

/// <summary>One hash that somebody waits for.</summary>
abstract class HashingJob
{
    /// <summary>Hashes; false when nobody waits any more.</summary>
    public abstract bool Run();

    /// <summary>Tells the caller what became of it.</summary>
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

    public override bool Run()
    {
        var wanted = !cancel.IsCancellationRequested;
        _answer = wanted ? Hash() : Drop;
        return wanted;
    }

    public override void Answer() => _answer!();

    public override void Drop() => _result.SetResult(null);

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
