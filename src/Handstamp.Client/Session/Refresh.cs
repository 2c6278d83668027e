using Handstamp.Client.Service;

namespace Handstamp.Client.Session;

/// <summary>One refresh: what the store holds is shown to the service, and the answer put in its place.</summary>
sealed class Refresh(ServiceClient service, Vault vault, Patience patience, TimeProvider time)
{
    const int MostTries = 4;

    /// <summary>
    /// Newer tokens than <paramref name="old"/> that another process, or the program when it last ran, has left in the
    /// store and that are good for a while. Throws when nobody is logged in.
    /// </summary>
    public async Task<HeldToken?> FindAsync(HeldToken? old) =>
        Usable(await ReadAsync().ConfigureAwait(false), old);

    /// <summary>To be called in turn. What is definitive has ended the session, and the store is empty.</summary>
    public async Task<HeldToken> RunAsync(HeldToken? old)
    {
        for (var tries = 1; ; tries++)
        {
            var stored = await ReadAsync().ConfigureAwait(false);
            if (Usable(stored, old) is { } token) return token;
            try
            {
                return await AskAsync(stored).ConfigureAwait(false);
            }
            catch (HandstampException fault) when (IsWorthAnother(fault) && tries < MostTries)
            {
                // A newer token is in the store, or about to be; or the request was doubled on its way, and its proof used.
                await Task.Delay(patience.Superseded * Chance.Draw(), time).ConfigureAwait(false);
            }
            catch (HandstampException fault) when (fault.Definitive)
            {
                // Another process may have moved on; then its token counts, and not the one that was refused.
                if (!await HoldsAsync(stored).ConfigureAwait(false)) continue;
                await vault.WriteAsync(null).ConfigureAwait(false);
                throw;
            }
        }
    }

    async Task<HeldToken> AskAsync(StoredSession stored)
    {
        using var key = stored.ImportKey();
        var answer = await service.RefreshAsync(stored.RefreshToken, key).ConfigureAwait(false);
        // Whoever took too long for the others to wait must not put an older token in the place of theirs.
        if (!await HoldsAsync(stored).ConfigureAwait(false))
            throw new HandstampException(HandstampErrorCodes.RefreshTokenSuperseded, "Another process was quicker.");
        // First of all: what is used next has to outlive this program.
        var session = StoredSession.Of(answer, key, time);
        await vault.WriteAsync(session).ConfigureAwait(false);
        return HeldToken.Issued(session, time);
    }

    async Task<StoredSession> ReadAsync() =>
        await vault.ReadAsync().ConfigureAwait(false) ?? throw HandstampException.SignedOut();

    async Task<bool> HoldsAsync(StoredSession stored) =>
        (await vault.ReadAsync().ConfigureAwait(false))?.RefreshToken == stored.RefreshToken;

    HeldToken? Usable(StoredSession stored, HeldToken? old)
    {
        var token = HeldToken.Found(stored, time);
        return token.AccessToken != old?.AccessToken && token.UntilRefresh > TimeSpan.Zero ? token : null;
    }

    static bool IsWorthAnother(HandstampException fault) =>
        fault.Code is HandstampErrorCodes.RefreshTokenSuperseded or HandstampErrorCodes.DpopProofInvalid;
}
