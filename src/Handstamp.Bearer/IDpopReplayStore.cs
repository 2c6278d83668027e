namespace Handstamp.Bearer;

/// <summary>
/// Remembers the DPoP proofs that this API has accepted, so that none is accepted twice (RFC 9449 §11.1). By default
/// each process remembers its own; an API of several processes registers one of its own that they share.
/// </summary>
public interface IDpopReplayStore
{
    /// <summary>
    /// Remembers a proof, in one step with the look whether it is remembered already. Called once for each request
    /// with a bound token, after all else about it was found good.
    /// </summary>
    /// <param name="proof">A hash of the proof's key and id.</param>
    /// <param name="until">How long to remember it: then it is too old to be accepted anyway. UTC.</param>
    /// <param name="cancel">The end of the request.</param>
    /// <returns>Whether the proof was new. Where that can't be told, throw: the request is answered with an error.</returns>
    ValueTask<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, CancellationToken cancel);
}
