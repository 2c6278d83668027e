namespace Handstamp.Client;

/// <summary>
/// Where the client keeps what has to outlive it: a text with the refresh token and more. The text is a secret, and
/// its format is internal to the client.
/// </summary>
public interface ITokenStore
{
    /// <summary>The text that was last written. Null if there is none, or if it can no longer be read.</summary>
    Task<string?> ReadAsync(CancellationToken cancel);

    /// <summary>
    /// Replaces the stored text, all or nothing. Null removes it. The write must be complete when the task completes:
    /// if a token is lost here, its session is lost too.
    /// </summary>
    Task WriteAsync(string? secret, CancellationToken cancel);

    /// <summary>
    /// Waits for its turn among the processes that share the store, and keeps the turn until the returned object is
    /// disposed of. Returns null if there are no other processes or if they take too long. The client then continues
    /// without a turn. It never waits longer than a few seconds, and a process that has ended keeps no turn.
    /// </summary>
    Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) => Task.FromResult<IDisposable?>(null);
}
