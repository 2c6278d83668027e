using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Keys;

sealed class SqliteKeyStore(SqliteStorage storage) : IKeyStore
{
    // One statement, so that version and keys are from the same moment.
    const string ReadRing = """
        SELECT version, keys.id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at,
          revoked_at
        FROM key_ring LEFT JOIN keys ON true ORDER BY created_at, keys.id
        """;

    const string ReadVersion = "SELECT version FROM key_ring";

    const string RaiseVersion = "UPDATE key_ring SET version = version + 1 WHERE version = coalesce(@read, version)";

    const string Put = """
        INSERT OR REPLACE INTO keys
          (id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, revoked_at)
        VALUES (@id, @purpose, @algorithm, @sealed, @created_at, @active_from, @active_until, @expires_at, @revoked_at)
        """;

    const string Delete = "DELETE FROM keys WHERE id = @id";

    // The look at the accounts is the one of their index.
    const string DeleteUnused = """
        DELETE FROM keys WHERE id = @id AND purpose = @seal AND NOT EXISTS (
          SELECT 1 FROM accounts WHERE substr(password_hash, 1, 8) = '$sealed$' AND substr(password_hash, 9, 13) = @id)
          AND NOT EXISTS (SELECT 1 FROM secrets WHERE sealed_under = @id)
        """;

    const string Revoke = """
        UPDATE keys SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL AND expires_at > @now
        """;

    const string Announce = "INSERT INTO revocations (at, reason, key_id) VALUES (@now, @reason, @id)";

    public Task<StoredKeys> ReadAsync(CancellationToken cancel) =>
        storage.Readers.ReadAsync(this, static (database, _) =>
        {
            using var select = database.Use(ReadRing);
            var keys = new List<StoredKey>();
            long version = 0;
            while (select.Step())
            {
                version = select.Int64(0);
                if (!select.IsNull(1)) keys.Add(Read(select));
            }

            return new StoredKeys(version, keys);
        }, cancel);

    public Task<long> ReadVersionAsync(CancellationToken cancel) =>
        storage.Readers.ReadAsync(this, static (database, _) =>
        {
            using var select = database.Use(ReadVersion);
            select.Step();
            return select.Int64(0);
        }, cancel);

    public Task<bool> TryWriteAsync(
        long readVersion, IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete, IReadOnlyList<Event> events) =>
        storage.Writer.RunAllAsync((readVersion, put, delete, events), static (database, change) =>
        {
            if (!Raise(database, change.readVersion)) return false;
            foreach (var key in change.put) Write(database, key);
            foreach (var id in change.delete) Remove(database, id);
            foreach (var done in change.events) SqliteEventStore.Add(database, done);
            return true;
        });

    public Task<bool> RevokeAsync(string id, Event revoked) =>
        storage.Writer.RunAllAsync((id, revoked), static (database, key) =>
        {
            if (!Withdraw(database, key.id, key.revoked.At)) return false;
            AnnounceKey(database, key.id, key.revoked.At);
            SqliteEventStore.Add(database, key.revoked);
            return Raise(database, readVersion: null);
        });

    public Task<bool> TryDeleteUnusedAsync(string id, Event deleted) =>
        storage.Writer.RunAllAsync((id, deleted), static (database, key) =>
        {
            using var delete = database.Use(DeleteUnused).Bind("@id", key.id).Bind("@seal", (int)KeyPurpose.Seal);
            if (delete.Run() == 0) return false;
            SqliteEventStore.Add(database, key.deleted);
            return Raise(database, readVersion: null);
        });

    static bool Raise(Connection database, long? readVersion)
    {
        using var update = database.Use(RaiseVersion).Bind("@read", readVersion);
        return update.Run() == 1;
    }

    static bool Withdraw(Connection database, string id, DateTimeOffset now)
    {
        using var update = database.Use(Revoke).Bind("@id", id).Bind("@now", now);
        return update.Run() == 1;
    }

    static void AnnounceKey(Connection database, string id, DateTimeOffset now)
    {
        using var insert = database.Use(Announce)
            .Bind("@id", id)
            .Bind("@now", now)
            .Bind("@reason", (int)EndReason.KeyRevoked);
        insert.Run();
    }

    static void Remove(Connection database, string id)
    {
        using var delete = database.Use(Delete).Bind("@id", id);
        delete.Run();
    }

    static void Write(Connection database, StoredKey key)
    {
        using var upsert = database.Use(Put)
            .Bind("@id", key.Id)
            .Bind("@purpose", (int)key.Purpose)
            .Bind("@algorithm", key.Algorithm)
            .Bind("@sealed", key.Sealed)
            .Bind("@created_at", key.CreatedAt)
            .Bind("@active_from", key.ActiveFrom)
            .Bind("@active_until", key.ActiveUntil)
            .Bind("@expires_at", key.ExpiresAt)
            .Bind("@revoked_at", key.RevokedAt);
        upsert.Run();
    }

    static StoredKey Read(Statement row) => new()
    {
        Id = row.Text(1),
        Purpose = (KeyPurpose)row.Int32(2),
        Algorithm = row.Text(3),
        Sealed = row.Blob(4).ToArray(),
        CreatedAt = row.Time(5),
        ActiveFrom = row.Time(6),
        ActiveUntil = row.Time(7),
        ExpiresAt = row.Time(8),
        RevokedAt = row.TimeOrNull(9),
    };
}
