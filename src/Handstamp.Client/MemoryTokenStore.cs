namespace Handstamp.Client;

/// <summary>Keeps the tokens as long as the program runs, and no longer.</summary>
public sealed class MemoryTokenStore : ITokenStore
{
    volatile string? _secret;

    /// <inheritdoc/>
    public Task<string?> ReadAsync(CancellationToken cancel) => Task.FromResult(_secret);

    /// <inheritdoc/>
    public Task WriteAsync(string? secret, CancellationToken cancel)
    {
        _secret = secret;
        return Task.CompletedTask;
    }
}
