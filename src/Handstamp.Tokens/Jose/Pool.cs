namespace Handstamp.Tokens.Jose;

/// <summary>
/// A few instances that two threads must not use at the same time, handed out without a lock: one for each processor. A
/// caller that finds none creates a new one.
/// </summary>
sealed class Pool<T>(Func<T> create) where T : class
{
    readonly T?[] _idle = new T?[Environment.ProcessorCount];

    public T Rent()
    {
        foreach (ref var slot in _idle.AsSpan())
        {
            // It is read before it is exchanged, so that an empty slot costs no write to a shared cache line.
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } instance) return instance;
        }

        return create();
    }

    public void Return(T instance)
    {
        foreach (ref var slot in _idle.AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, instance, null) is null) return;
        }

        (instance as IDisposable)?.Dispose();
    }

    /// <summary>Disposes of the idle instances.</summary>
    public void Drain()
    {
        foreach (ref var slot in _idle.AsSpan())
            (Interlocked.Exchange(ref slot, null) as IDisposable)?.Dispose();
    }
}
