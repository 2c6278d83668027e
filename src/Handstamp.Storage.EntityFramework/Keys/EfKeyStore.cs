using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Rows;
using Handstamp.Storage.EntityFramework.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Keys;

sealed class EfKeyStore(SessionDatabase database) : IKeyStore
{
    public Task<StoredKeys> ReadAsync(CancellationToken cancel) => database.RunAsync(async unit =>
    {
        // One statement, so that version and keys are from the same moment.
        var rows = await (
            from ring in unit.Ring.AsNoTracking()
            from key in unit.Keys.AsNoTracking().DefaultIfEmpty()
            orderby key.CreatedAt, key.Id
            select new { ring.Version, Key = key }).ToListAsync(cancel);
        return new StoredKeys(rows[0].Version, [.. rows.Where(row => row.Key is not null).Select(row => row.Key!.ToKey())]);
    });

    public Task<long> ReadVersionAsync(CancellationToken cancel) =>
        database.RunAsync(unit => unit.Ring.Select(ring => ring.Version).FirstAsync(cancel));

    public Task<bool> TryWriteAsync(
        long readVersion, IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete, IReadOnlyList<Event> events) =>
        database.TransactAsync(async unit =>
        {
            if (await RaiseAsync(unit.Ring.Where(ring => ring.Version == readVersion)) == 0) return false;
            if (delete.Count > 0) await unit.Keys.Where(key => delete.Contains(key.Id)).ExecuteDeleteAsync();
            foreach (var key in put) await PutAsync(unit, key);
            await unit.Context.SaveChangesAsync();
            return true;
        });

    public Task<bool> RevokeAsync(string id, Event revoked) => database.TransactAsync(async unit =>
    {
        var now = revoked.At.ToUnixTimeMilliseconds();
        if (await unit.Keys.Where(key => key.Id == id && key.RevokedAt == null && key.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.RevokedAt, now)) == 0) return false;
        await unit.AnnounceAsync(new RevocationRow { At = now, Reason = (int)EndReason.KeyRevoked, KeyId = id });
        await RaiseAsync(unit.Ring);
        return true;
    });

    /// <summary>The app's users have no password hashes that are sealed, so there is no sealing key.</summary>
    public Task<bool> TryDeleteUnusedAsync(string id, Event deleted) => Task.FromResult(false);

    static Task<int> RaiseAsync(IQueryable<RingRow> ring) =>
        ring.ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1));

    static async Task PutAsync(Unit unit, StoredKey key)
    {
        if (await unit.Keys.FindAsync(key.Id) is { } known)
        {
            known.Take(key);
            return;
        }
        var row = new KeyRow();
        row.Take(key);
        unit.Keys.Add(row);
    }
}
