using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Keys;

/// <summary>
/// Encrypts the whole ring under another master key, in one write. No key changes, so the sessions continue.
/// </summary>
sealed class MasterKeyChange(IKeyStore store, MasterKeySource masterKeys, AuditTrail trail, TimeProvider clock)
{
    /// <summary>
    /// If it is called again, it completes an interrupted change. Returns the key under which the ring is encrypted.
    /// </summary>
    public async Task<MasterKey> RunAsync(MasterKey? given, Origin by, CancellationToken cancel)
    {
        var next = masterKeys.MakeNext(given);
        while (!await TryRewrapAsync(next, by, cancel))
        {
            // A node changed the ring at the same moment.
        }
        masterKeys.Adopt();
        return next;
    }

    async Task<bool> TryRewrapAsync(MasterKey next, Origin by, CancellationToken cancel)
    {
        var ring = await store.ReadAsync(cancel);
        if (KeyRing.Opens(ring, next)) return true;
        using var current = masterKeys.Get(ring);
        var rewrapped = by.Does(EventKind.KeyRewrapped, clock.Now());
        StoredKey[] keys = [.. ring.Keys.Where(IsLive).Select(key => KeyRing.Rewrap(key, current, next))];
        if (!await store.TryWriteAsync(ring.Version, keys, [], [rewrapped])) return false;
        trail.Record(rewrapped);
        return true;
    }

    // A revoked key is never decrypted again.
    static bool IsLive(StoredKey key) => key.RevokedAt is null;
}
