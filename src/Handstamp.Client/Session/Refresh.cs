using Handstamp.Client.Service;

namespace Handstamp.Client.Session;

/// <summary>
/// One refresh: sends the stored token to the service, and stores the answer. An access token for another resource than
/// the app's is not stored.
/// </summary>
sealed class Refresh(ServiceClient service, SessionStore store, string? appsResource, Timings timings, TimeProvider time)
{
    /// <summary>
    /// Tokens newer than <paramref name="old"/> that another process, or an earlier run of this program, has left in
    /// the store, if they are valid for a while. Throws if nobody is logged in.
    /// </summary>
    public async Task<HeldToken?> FindAsync(Slot slot, HeldToken? old) =>
        Usable(await ReadAsync().ConfigureAwait(false), slot.Resource, old);

    /// <summary>Call this in turn. After a definitive refusal, the session has ended and the store is empty.</summary>
    public async Task<HeldToken> RunAsync(Slot slot, HeldToken? old)
    {
        var stored = await ReadAsync().ConfigureAwait(false);
        if (Usable(stored, slot.Resource, old) is { } token) return token;
        slot.Shown = stored.RefreshToken;
        try
        {
            return await AskAsync(stored, slot.Resource).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (fault.Definitive)
        {
            // Another process may have stored a newer token. Then that one counts, and not the one that was refused.
            if (!await HoldsAsync(slot.Shown).ConfigureAwait(false)) throw HandstampException.Overtaken();
            await store.WriteAsync(null).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether the store still holds this session.</summary>
    public async Task<bool> HoldsAsync(string? refreshToken) =>
        (await store.ReadAsync().ConfigureAwait(false))?.RefreshToken == refreshToken;

    async Task<HeldToken> AskAsync(StoredSession stored, string? resource)
    {
        using var key = stored.ImportKey();
        var begun = new ClockReading(time);
        var answer = await service
            .RefreshAsync(stored.RefreshToken, resource, key, timings.Refresh(stored.RetryWindow))
            .ConfigureAwait(false);
        // After a sleep, or if the window was not known, the answer comes too late to be safe.
        if (begun.Elapsed > timings.Refresh(answer.RetryWindow)) throw HandstampException.TimedOut();
        // If this process took so long that the others stopped waiting, it must not replace their newer token by an
        // older one.
        if (!await HoldsAsync(stored.RefreshToken).ConfigureAwait(false)) throw HandstampException.Overtaken();
        // This comes first: the token that is used next has to survive this program.
        var session = StoredSession.Of(answer, resource, key, time);
        await store.WriteAsync(resource == appsResource ? session : stored.WithRefreshTokenOf(session)).ConfigureAwait(false);
        return HeldToken.Issued(session, time);
    }

    async Task<StoredSession> ReadAsync() =>
        await store.ReadAsync().ConfigureAwait(false) ?? throw HandstampException.SignedOut();

    HeldToken? Usable(StoredSession stored, string? resource, HeldToken? old)
    {
        if (stored.Resource != resource) return null;
        var token = HeldToken.Found(stored, time);
        return token.AccessToken != old?.AccessToken && token.UntilRefresh > TimeSpan.Zero ? token : null;
    }
}
