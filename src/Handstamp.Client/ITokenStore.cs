namespace Handstamp.Client;

/// <summary>
/// Where the client keeps what has to outlive it: a text that holds the refresh token and more. It is a secret; what
/// is in it is the client's own affair.
/// </summary>
public interface ITokenStore
{
    /// <summary>What was last written; null when there is nothing, or nothing that can be read any more.</summary>
    Task<string?> ReadAsync(CancellationToken cancel);

    /// <summary>
    /// Puts this in the place of what was there, all or nothing; null takes it away. Has to be done before the task
    /// is: a token that is lost here ends with its session.
    /// </summary>
    Task WriteAsync(string? secret, CancellationToken cancel);

    /// <summary>
    /// Waits for its turn among the processes that share the store, and holds it until what is returned is disposed
    /// of. Null: there are no others, or they take too long, and the client goes on without. It never waits for
    /// longer than some seconds, and a process that has ended holds nothing.
    /// </summary>
    Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) => Task.FromResult<IDisposable?>(null);
}
