namespace Handstamp.Client.Session;

/// <summary>The store as the client sees it. If it fails in any way, the session is not over.</summary>
sealed class SessionStore(ITokenStore store)
{
    public Task<StoredSession?> ReadAsync() =>
        TryAsync(async () => StoredSession.Read(await store.ReadAsync(CancellationToken.None).ConfigureAwait(false)));

    /// <summary>Cannot be cancelled halfway: the answer has to be stored.</summary>
    public Task WriteAsync(StoredSession? session) => TryAsync(async () =>
    {
        await store.WriteAsync(session?.Write(), CancellationToken.None).ConfigureAwait(false);
        return true;
    });

    public Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) =>
        TryAsync(() => store.TakeTurnAsync(cancel));

    static async Task<T> TryAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        // An app's own store may throw anything.
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new HandstampException(
                HandstampErrorCodes.StoreFailed, $"The token store failed: {fault.Message}", inner: fault);
        }
    }
}
