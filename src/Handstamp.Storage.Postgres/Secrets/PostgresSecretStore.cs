using Handstamp.Server.Secrets;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Secrets;

/// <summary>
/// One statement for each operation, except for adding: the limit is checked after the insert was committed. So if
/// several run at the same time, the last one to count sees all of them.
/// </summary>
sealed class PostgresSecretStore(PostgresStorage storage) : ISecretStore
{
    // If it runs again, it finds its own row.
    static readonly Sql Add = new("""
        INSERT INTO secrets (id, purpose, subject, hash, expires_at, tries_left, payload, sealed_under)
        VALUES (@id, @purpose, @subject, @hash, @expires_at, @tries, @payload, @sealed_under)
        ON CONFLICT (id) DO UPDATE SET purpose = excluded.purpose, subject = excluded.subject, hash = excluded.hash,
          expires_at = excluded.expires_at, tries_left = excluded.tries_left, payload = excluded.payload, sealed_under = excluded.sealed_under
        """);

    static readonly Sql Trim = new("""
        DELETE FROM secrets WHERE subject = @subject AND purpose = @purpose AND id NOT IN
          (SELECT id FROM secrets WHERE subject = @subject AND purpose = @purpose ORDER BY expires_at DESC, id DESC LIMIT @most)
        """);

    static readonly Sql Try = new("""
        UPDATE secrets SET tries_left = tries_left - 1
        WHERE id = @id AND purpose = @purpose AND tries_left > 0 AND expires_at > @now
        RETURNING hash = @hash, subject, payload, expires_at
        """);

    static readonly Sql Look = new("""
        SELECT subject, payload, expires_at FROM secrets
        WHERE id = @id AND purpose = @purpose AND hash = @hash AND tries_left > 0 AND expires_at > @now
        """);

    // It does not check the tries: the last one may have been the right one.
    static readonly Sql Take = new("""
        DELETE FROM secrets WHERE id = @id AND purpose = @purpose AND hash = @hash AND expires_at > @now
        """);

    static readonly Sql Find =
        new("SELECT subject, payload, expires_at FROM secrets WHERE id = @id AND purpose = @purpose AND expires_at > @now");

    static readonly Sql ListSealed =
        new("SELECT id, payload, sealed_under FROM secrets WHERE sealed_under = @key AND purpose = @purpose LIMIT @limit");

    static readonly Sql Replace = new("""
        UPDATE secrets SET payload = @to, sealed_under = @sealed_under WHERE id = @id AND purpose = @purpose AND payload = @from
        """);

    static readonly Sql Forget = new("DELETE FROM secrets WHERE subject = @subject");

    static readonly Sql Sweep = new("""
        DELETE FROM secrets WHERE id IN (SELECT id FROM secrets WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)
        """);

    public async Task AddAsync(SecretKey key, SecretContent content, int tries, int most)
    {
        await storage.Database.RunAsync(Work.WriteAgain, Bind(Add, key)
            .Bind("@subject", content.Subject)
            .Bind("@hash", key.Hash)
            .Bind("@expires_at", content.ExpiresAt)
            .Bind("@tries", tries)
            .Bind("@payload", content.Payload)
            .Bind("@sealed_under", content.SealedUnder));
        await storage.Database.RunAsync(Work.WriteAgain, Trim.Call()
            .Bind("@subject", content.Subject)
            .Bind("@purpose", key.Purpose)
            .Bind("@most", most));
    }

    // Not repeated: the second run might find that the first one has used up the last try.
    public Task<SecretContent?> TryAsync(SecretKey key, DateTimeOffset now) => storage.Database.FindAsync(
        Work.WriteOnce,
        Bind(Try, key).Bind("@hash", key.Hash).Bind("@now", now),
        static row => row.Boolean(0) ? new SecretContent(row.Id(1), row.Blob(2), row.Time(3)) : null);

    public Task<SecretContent?> FindAsync(SecretKey key, DateTimeOffset now) => storage.Database.FindAsync(
        Work.Read, Bind(Look, key).Bind("@hash", key.Hash).Bind("@now", now),
        static row => new SecretContent(row.Id(0), row.Blob(1), row.Time(2)));

    // Not repeated: the second run would mistake the first one for another caller.
    public async Task<bool> TakeAsync(SecretKey key, DateTimeOffset now) =>
        await storage.Database.RunAsync(Work.WriteOnce, Bind(Take, key).Bind("@hash", key.Hash).Bind("@now", now)) == 1;

    public Task<SecretContent?> FindAsync(string purpose, Guid id, DateTimeOffset now, CancellationToken cancel) =>
        storage.Database.FindAsync(
            Work.Read, Find.Call().Bind("@id", id).Bind("@purpose", purpose).Bind("@now", now),
            static row => new SecretContent(row.Id(0), row.Blob(1), row.Time(2)));

    public Task<IReadOnlyList<SecretRow>> ListSealedAsync(string purpose, string keyId, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(
            ListSealed.Call().Bind("@purpose", purpose).Bind("@key", keyId).Bind("@limit", limit),
            static row => new SecretRow(row.Id(0), row.Blob(1), row.Text(2)));

    public async Task<bool> TryReplaceAsync(string purpose, SecretRow read, SecretRow by) => await storage.Database.RunAsync(
        Work.WriteOnce,
        Replace.Call()
            .Bind("@id", read.Id)
            .Bind("@purpose", purpose)
            .Bind("@from", read.Payload)
            .Bind("@to", by.Payload)
            .Bind("@sealed_under", by.SealedUnder)) == 1;

    public Task ForgetAsync(Guid subject) => storage.Database.RunAsync(Work.WriteAgain, Forget.Call().Bind("@subject", subject));

    public Task<int> SweepAsync(DateTimeOffset now, int limit) =>
        storage.Database.RunAsync(Work.WriteAgain, Sweep.Call().Bind("@now", now).Bind("@limit", limit));

    static Call Bind(Sql sql, SecretKey key) => sql.Call().Bind("@id", key.Id).Bind("@purpose", key.Purpose);
}
