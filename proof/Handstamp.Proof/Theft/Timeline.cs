namespace Handstamp.Proof.Theft;

/// <summary>
/// Events by time, in seconds. Events that are due at the same moment happen in the order in which they were planned.
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
