using System.Net;

namespace Handstamp.Server.Accounts;

/// <summary>
/// A place in the <see cref="HashingQueue"/>, kept for one hash until it is disposed of. Whoever has one may write what
/// the hash needs to have written; whoever gets none writes nothing.
/// </summary>
sealed class HashingPlace(HashingQueue queue, IPAddress site) : IDisposable
{
    public IPAddress Site => site;

    /// <summary>What is to be hashed; null until that is known.</summary>
    public HashingJob? Job { get; set; }

    public bool IsReady => Job is not null;

    /// <summary>
    /// Hashes when it is this place's turn. Null: it was not hashed, because the place went to somebody else, the
    /// service stops, or nobody waits for the answer any more.
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
