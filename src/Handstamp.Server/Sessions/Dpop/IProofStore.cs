namespace Handstamp.Server.Sessions.Dpop;

/// <summary>The used proofs, each kept for as long as it could be used again. All nodes share them.</summary>
interface IProofStore
{
    /// <summary>
    /// Remembers the proof, durably, until it is too old anyway; false if it is already remembered. One proof always
    /// comes with the same <paramref name="until"/>. With <paramref name="atRefresh"/>, it waits only for refreshes.
    /// </summary>
    Task<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, bool atRefresh = false);

    /// <summary>Deletes at most <paramref name="limit"/> proofs whose time is over.</summary>
    Task<int> SweepAsync(DateTimeOffset now, int limit);
}
