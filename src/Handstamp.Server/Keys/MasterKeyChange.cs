using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Keys;

/// <summary>Seals the whole ring under another master key, in one write. No key changes, so the sessions go on.</summary>
sealed class MasterKeyChange(IKeyStore store, MasterKeySource masterKeys, AuditTrail trail, TimeProvider clock)
{
    /// <summary>Done again, it brings to its end what was cut off. Returns the key that the ring is sealed under.</summary>
    public async Task<MasterKey> RunAsync(MasterKey? given, Origin by, CancellationToken cancel)
    {
        var next = masterKeys.MakeNext(given);
        while (!await TryRewrapAsync(next, by, cancel))
        {
            // A node has changed the ring at the same moment.
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

    // Nobody opens a revoked key again.
    static bool IsLive(StoredKey key) => key.RevokedAt is null;
}
