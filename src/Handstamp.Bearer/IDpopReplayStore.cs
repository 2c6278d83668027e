namespace Handstamp.Bearer;

/// <summary>
/// Remembers the DPoP proofs that this API has accepted, so that none is accepted twice (RFC 9449 §11.1). By default
/// each process remembers its own proofs. An API with several processes registers a store that they share.
/// </summary>
public interface IDpopReplayStore
{
    /// <summary>
    /// Remembers a proof, and checks in the same step whether it was already remembered. Called once for each request
    /// with a bound token, after all other checks have passed.
    /// </summary>
    /// <param name="proof">A hash of the proof's key and id.</param>
    /// <param name="until">How long to remember the proof. After that it is too old to be accepted anyway. UTC.</param>
    /// <param name="cancel">Cancelled when the request ends.</param>
    /// <returns>
    /// Whether the proof was new. Throw if this can't be determined. The request is then answered with an error.
    /// </returns>
    ValueTask<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, CancellationToken cancel);
}
