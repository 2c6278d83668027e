using System.Net;

namespace Handstamp.Server.Accounts;

/// <summary>
/// A place in the <see cref="HashingQueue"/>, kept for one hash until it is disposed of. A caller with a place may
/// write what the hash needs. A caller without one writes nothing.
/// </summary>
sealed class HashingPlace(HashingQueue queue, IPAddress site) : IDisposable
{
    public IPAddress Site => site;

    /// <summary>The text to hash; null until it is known.</summary>
    public HashingJob? Job { get; set; }

    public bool IsReady => Job is not null;

    /// <summary>
    /// Hashes when it is this place's turn. Null if it was not hashed, because another request took the place, the
    /// service is stopping, or nobody waits for the answer any more.
    /// </summary>
    public Task<T?> RunAsync<T>(Func<T> hash, CancellationToken cancel) where T : class
    {
        var job = new HashingJob<T>(hash, cancel);
        queue.Run(this, job);
        return job.Result;
    }

    /// <summary>Leaves the queue, if the place was not used.</summary>
    public void Dispose() => queue.Leave(this);
}
