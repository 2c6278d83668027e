using Handstamp.Client.Service;

namespace Handstamp.Client.Session;

/// <summary>
/// One refresh: what the store holds is shown to the service, and the answer put in its place. An access token for
/// anything but the app's resource is not for the store.
/// </summary>
sealed class Refresh(ServiceClient service, SessionStore store, string? appsResource, Timings timings, TimeProvider time)
{
    /// <summary>
    /// Newer tokens than <paramref name="old"/> that another process, or the program when it last ran, has left in the
    /// store and that are good for a while. Throws when nobody is logged in.
    /// </summary>
    public async Task<HeldToken?> FindAsync(Slot slot, HeldToken? old) =>
        Usable(await ReadAsync().ConfigureAwait(false), slot.Resource, old);

    /// <summary>To be called in turn. What is definitive has ended the session, and the store is empty.</summary>
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
            // Another process may have moved on; then its token counts, and not the one that was refused.
            if (!await HoldsAsync(slot.Shown).ConfigureAwait(false)) throw HandstampException.Overtaken();
            await store.WriteAsync(null).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether the store still holds this one.</summary>
    public async Task<bool> HoldsAsync(string? refreshToken) =>
        (await store.ReadAsync().ConfigureAwait(false))?.RefreshToken == refreshToken;

    async Task<HeldToken> AskAsync(StoredSession stored, string? resource)
    {
        using var key = stored.ImportKey();
        var begun = new ClockReading(time);
        var answer = await service
            .RefreshAsync(stored.RefreshToken, resource, key, timings.Refresh(stored.RetryWindow))
            .ConfigureAwait(false);
        // After a sleep, or where the window was not known, it comes too late to be safe.
        if (begun.Elapsed > timings.Refresh(answer.RetryWindow)) throw HandstampException.TimedOut();
        // Whoever took too long for the others to wait must not put an older token in the place of theirs.
        if (!await HoldsAsync(stored.RefreshToken).ConfigureAwait(false)) throw HandstampException.Overtaken();
        // First of all: what is used next has to outlive this program.
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
