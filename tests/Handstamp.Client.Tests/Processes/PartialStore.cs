using Handstamp.Client.Session;

namespace Handstamp.Client.Tests.Processes;

/// <summary>A store of which not all works.</summary>
sealed class PartialStore(ITokenStore inner, Sharing sharing) : ITokenStore
{
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        var secret = await inner.ReadAsync(cancel);
        return sharing == Sharing.All || StoredSession.Read(secret) is not { } session ? secret : WithoutAccessToken(session);
    }

    public Task WriteAsync(string? secret, CancellationToken cancel) => inner.WriteAsync(secret, cancel);

    public Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) =>
        sharing == Sharing.NoLock ? Task.FromResult<IDisposable?>(null) : inner.TakeTurnAsync(cancel);

    static string WithoutAccessToken(StoredSession session) => new StoredSession
    {
        RefreshToken = session.RefreshToken,
        AccessToken = "",
        SessionId = session.SessionId,
        IssuedAt = DateTimeOffset.UnixEpoch,
        ExpiresIn = 0,
    }.Write();
}
