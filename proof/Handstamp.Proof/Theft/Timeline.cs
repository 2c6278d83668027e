namespace Handstamp.Proof.Theft;

/// <summary>
/// What happens when, in seconds. What is due at one moment happens in the order in which it was planned.
/// </summary>
sealed class Timeline
{
    readonly PriorityQueue<Action<double>, (double At, long Planned)> _queue = new();
    long _planned;

    public void At(double moment, Action<double> happens) => _queue.Enqueue(happens, (moment, _planned++));

    public void Run(Func<bool> isOver)
    {
        while (!isOver() && _queue.TryDequeue(out var happens, out var due)) happens(due.At);
    }
}
