namespace Handstamp.Client;

/// <summary>Keeps the tokens in memory, only as long as the program runs.</summary>
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
