using Handstamp.Client.Session;

namespace Handstamp.Client.Tests.Processes;

/// <summary>A store that works only in part.</summary>
sealed class PartialStore(ITokenStore inner, Sharing sharing) : ITokenStore
{
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        var secret = await inner.ReadAsync(cancel);
        return sharing == Sharing.All || StoredSession.Read(secret) is not { } session ? secret : session.With("", DateTimeOffset.UnixEpoch, expiresIn: 0).Write();
    }

    public Task WriteAsync(string? secret, CancellationToken cancel) => inner.WriteAsync(secret, cancel);

    public Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) =>
        sharing == Sharing.NoLock ? Task.FromResult<IDisposable?>(null) : inner.TakeTurnAsync(cancel);
}

static class StoredSessionExtensions
{
    /// <summary>The same session with another access token.</summary>
    public static StoredSession With(this StoredSession session, string accessToken, DateTimeOffset issuedAt, int expiresIn) => new()
    {
        RefreshToken = session.RefreshToken,
        SessionId = session.SessionId,
        Key = session.Key,
        AccessToken = accessToken,
        IssuedAt = issuedAt,
        ExpiresIn = expiresIn,
        RetryWindow = session.RetryWindow,
    };
}
