namespace Handstamp.Server.Sessions.Dpop;

/// <summary>The proofs that were used, each for as long as it could be used again. All nodes share it.</summary>
interface IProofStore
{
    /// <summary>
    /// Remembers the proof, durably, until it is too old anyway; false when it is remembered already. One proof always
    /// comes with the same <paramref name="until"/>. <paramref name="atRefresh"/>: it waits for nothing but refreshes.
    /// </summary>
    Task<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, bool atRefresh = false);

    /// <summary>Forgets at most <paramref name="limit"/> that were to be remembered until before now.</summary>
    Task<int> SweepAsync(DateTimeOffset now, int limit);
}
