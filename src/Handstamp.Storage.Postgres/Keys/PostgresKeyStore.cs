using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.Keys;

/// <summary>
/// Uses the connections of refreshes, which wait for the ring when a key was revoked. A node has at most one such read
/// or write at a time. The feed's entry that a key is revoked waits with other ends.
/// </summary>
sealed class PostgresKeyStore(PostgresStorage storage) : IKeyStore
{
    // One statement, so that version and keys are from the same moment.
    static readonly Sql ReadRing = new("""
        SELECT version, keys.id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at,
          revoked_at
        FROM key_ring LEFT JOIN keys ON true ORDER BY created_at, keys.id
        """);

    static readonly Sql ReadVersion = new("SELECT version FROM key_ring");

    static readonly Sql RaiseVersion =
        new("UPDATE key_ring SET version = version + 1 WHERE version = coalesce(@read, version)");

    static readonly Sql Put = new("""
        INSERT INTO keys (id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, revoked_at)
        VALUES (@id, @purpose, @algorithm, @sealed, @created_at, @active_from, @active_until, @expires_at, @revoked_at)
        ON CONFLICT (id) DO UPDATE SET purpose = @purpose, algorithm = @algorithm, sealed = @sealed,
          created_at = @created_at, active_from = @active_from, active_until = @active_until, expires_at = @expires_at,
          revoked_at = @revoked_at
        """);

    static readonly Sql Delete = new("DELETE FROM keys WHERE id = @id");

    // A hash that is stored at the same moment holds a lock on its key, and is committed before this returns.
    static readonly Sql LockSeal = new("SELECT 1 FROM keys WHERE id = @id AND purpose = @seal FOR UPDATE");

    // The look at the accounts is the one of their index.
    static readonly Sql DeleteUnused = new("""
        DELETE FROM keys WHERE id = @id AND NOT EXISTS (
          SELECT 1 FROM accounts WHERE substr(password_hash, 1, 8) = '$sealed$' AND substr(password_hash, 9, 13) = @id)
          AND NOT EXISTS (SELECT 1 FROM secrets WHERE sealed_under = @id)
        """);

    static readonly Sql Revoke = new("""
        UPDATE keys SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL AND expires_at > @now
        """);

    static readonly Sql Announce = new("INSERT INTO revocations (at, reason, key_id) VALUES (@now, @reason, @id)");

    public async Task<StoredKeys> ReadAsync(CancellationToken cancel)
    {
        var rows = await storage.Database.ReadAllAsync(ReadRing.Call(),
            static row => (Version: row.Int64(0), Key: row.IsNull(1) ? null : Read(row)), Lane.Refreshes);
        return new StoredKeys(rows[0].Version, [.. rows.Select(row => row.Key).OfType<StoredKey>()]);
    }

    public Task<long> ReadVersionAsync(CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, ReadVersion.Call(), static row => row.Int64(0), Lane.Refreshes);

    public Task<bool> TryWriteAsync(
        long readVersion, IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete, IReadOnlyList<Event> events) =>
        storage.Database.TransactAsync((readVersion, put, delete, events), static async (connection, change) =>
        {
            if (!await RaiseAsync(connection, change.readVersion)) return false;
            foreach (var key in change.put) await Bind(Put.Call(), key).RunAsync(connection);
            foreach (var id in change.delete) await Delete.Call().Bind("@id", id).RunAsync(connection);
            foreach (var done in change.events) await PostgresEventStore.AddAsync(connection, done);
            return true;
        }, kept: static written => written, lane: Lane.Refreshes);

    public Task<bool> RevokeAsync(string id, Event revoked) =>
        storage.Database.TransactAsync((id, revoked), static async (connection, key) =>
        {
            if (await Revoke.Call().Bind("@id", key.id).Bind("@now", key.revoked.At).RunAsync(connection) == 0) return false;

            await Announce.Call().Bind("@id", key.id).Bind("@now", key.revoked.At).Bind("@reason", (int)EndReason.KeyRevoked).RunAsync(connection);
            await PostgresEventStore.AddAsync(connection, key.revoked);
            return await RaiseAsync(connection, readVersion: null);
        }, kept: static revoked => revoked);

    public Task<bool> TryDeleteUnusedAsync(string id, Event deleted) =>
        storage.Database.TransactAsync((id, deleted), static async (connection, key) =>
        {
            var seal = LockSeal.Call().Bind("@id", key.id).Bind("@seal", (int)KeyPurpose.Seal);
            if (!await seal.FindAsync(connection, static _ => true)) return false;
            if (await DeleteUnused.Call().Bind("@id", key.id).RunAsync(connection) == 0) return false;
            await PostgresEventStore.AddAsync(connection, key.deleted);
            return await RaiseAsync(connection, readVersion: null);
        }, kept: static deleted => deleted);

    static async Task<bool> RaiseAsync(NpgsqlConnection connection, long? readVersion) =>
        await RaiseVersion.Call().Bind("@read", readVersion).RunAsync(connection) == 1;

    static Call Bind(Call call, StoredKey key) => call
        .Bind("@id", key.Id)
        .Bind("@purpose", (int)key.Purpose)
        .Bind("@algorithm", key.Algorithm)
        .Bind("@sealed", key.Sealed)
        .Bind("@created_at", key.CreatedAt)
        .Bind("@active_from", key.ActiveFrom)
        .Bind("@active_until", key.ActiveUntil)
        .Bind("@expires_at", key.ExpiresAt)
        .Bind("@revoked_at", key.RevokedAt);

    static StoredKey Read(Row row) => new()
    {
        Id = row.Text(1),
        Purpose = (KeyPurpose)row.Int16(2),
        Algorithm = row.Text(3),
        Sealed = row.Blob(4),
        CreatedAt = row.Time(5),
        ActiveFrom = row.Time(6),
        ActiveUntil = row.Time(7),
        ExpiresAt = row.Time(8),
        RevokedAt = row.TimeOrNull(9),
    };
}
