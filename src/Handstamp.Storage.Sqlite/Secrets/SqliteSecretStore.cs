using Handstamp.Server.Secrets;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Secrets;

/// <summary>
/// One statement for each operation, except for adding: the limit is checked after the insert, in the same transaction.
/// </summary>
sealed class SqliteSecretStore(SqliteStorage storage) : ISecretStore
{
    const string Add = """
        INSERT INTO secrets (id, purpose, subject, hash, expires_at, tries_left, payload, sealed_under)
        VALUES (@id, @purpose, @subject, @hash, @expires_at, @tries, @payload, @sealed_under)
        ON CONFLICT (id) DO UPDATE SET purpose = excluded.purpose, subject = excluded.subject, hash = excluded.hash,
          expires_at = excluded.expires_at, tries_left = excluded.tries_left, payload = excluded.payload, sealed_under = excluded.sealed_under
        """;

    const string Trim = """
        DELETE FROM secrets WHERE subject = @subject AND purpose = @purpose AND id NOT IN
          (SELECT id FROM secrets WHERE subject = @subject AND purpose = @purpose ORDER BY expires_at DESC, id DESC LIMIT @most)
        """;

    const string Try = """
        UPDATE secrets SET tries_left = tries_left - 1
        WHERE id = @id AND purpose = @purpose AND tries_left > 0 AND expires_at > @now
        RETURNING hash = @hash, subject, payload, expires_at
        """;

    const string Look = """
        SELECT subject, payload, expires_at FROM secrets
        WHERE id = @id AND purpose = @purpose AND hash = @hash AND tries_left > 0 AND expires_at > @now
        """;

    // It does not check the tries: the last one may have been the right one.
    const string Take = "DELETE FROM secrets WHERE id = @id AND purpose = @purpose AND hash = @hash AND expires_at > @now";

    const string Find = "SELECT subject, payload, expires_at FROM secrets WHERE id = @id AND purpose = @purpose AND expires_at > @now";

    const string ListSealed = "SELECT id, payload, sealed_under FROM secrets WHERE sealed_under = @key AND purpose = @purpose LIMIT @limit";

    const string Replace = """
        UPDATE secrets SET payload = @to, sealed_under = @sealed_under WHERE id = @id AND purpose = @purpose AND payload = @from
        """;

    const string Forget = "DELETE FROM secrets WHERE subject = @subject";

    const string Sweep = """
        DELETE FROM secrets WHERE id IN (SELECT id FROM secrets WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)
        """;

    public Task AddAsync(SecretKey key, SecretContent content, int tries, int most) =>
        storage.Writer.RunAllAsync((key, content, tries, most), static (database, row) =>
        {
            using var insert = Bind(database.Use(Add), row.key)
                .Bind("@subject", row.content.Subject)
                .Bind("@hash", row.key.Hash)
                .Bind("@expires_at", row.content.ExpiresAt)
                .Bind("@tries", row.tries)
                .Bind("@payload", row.content.Payload)
                .Bind("@sealed_under", row.content.SealedUnder);
            insert.Run();
            using var trim = database.Use(Trim)
                .Bind("@subject", row.content.Subject)
                .Bind("@purpose", row.key.Purpose)
                .Bind("@most", row.most);
            return trim.Run();
        });

    public Task<SecretContent?> TryAsync(SecretKey key, DateTimeOffset now) =>
        storage.Writer.RunAsync((key, now), static (database, shown) =>
        {
            using var update = Bind(database.Use(Try), shown.key).Bind("@hash", shown.key.Hash).Bind("@now", shown.now);
            return update.Step() && update.Int32(0) == 1
                ? new SecretContent(update.Id(1), update.Blob(2).ToArray(), update.Time(3))
                : null;
        });

    public Task<SecretContent?> FindAsync(SecretKey key, DateTimeOffset now) =>
        storage.Readers.ReadAsync((key, now), static (database, shown) =>
        {
            using var select = Bind(database.Use(Look), shown.key).Bind("@hash", shown.key.Hash).Bind("@now", shown.now);
            return select.Step() ? new SecretContent(select.Id(0), select.Blob(1).ToArray(), select.Time(2)) : null;
        }, CancellationToken.None);

    public Task<bool> TakeAsync(SecretKey key, DateTimeOffset now) =>
        storage.Writer.RunAsync((key, now), static (database, shown) =>
        {
            using var delete = Bind(database.Use(Take), shown.key).Bind("@hash", shown.key.Hash).Bind("@now", shown.now);
            return delete.Run() == 1;
        });

    public Task<SecretContent?> FindAsync(string purpose, Guid id, DateTimeOffset now, CancellationToken cancel) =>
        storage.Readers.ReadAsync((purpose, id, now), static (database, asked) =>
        {
            using var select = database.Use(Find).Bind("@id", asked.id).Bind("@purpose", asked.purpose).Bind("@now", asked.now);
            return select.Step() ? new SecretContent(select.Id(0), select.Blob(1).ToArray(), select.Time(2)) : null;
        }, cancel);

    public Task<IReadOnlyList<SecretRow>> ListSealedAsync(string purpose, string keyId, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((purpose, keyId, limit), static (database, asked) =>
        {
            using var select = database.Use(ListSealed).Bind("@purpose", asked.purpose).Bind("@key", asked.keyId).Bind("@limit", asked.limit);
            return select.ReadAll(row => new SecretRow(row.Id(0), row.Blob(1).ToArray(), row.Text(2)));
        }, cancel);

    public Task<bool> TryReplaceAsync(string purpose, SecretRow read, SecretRow by) =>
        storage.Writer.RunAsync((purpose, read, by), static (database, change) =>
        {
            using var update = database.Use(Replace)
                .Bind("@id", change.read.Id)
                .Bind("@purpose", change.purpose)
                .Bind("@from", change.read.Payload)
                .Bind("@to", change.by.Payload)
                .Bind("@sealed_under", change.by.SealedUnder);
            return update.Run() == 1;
        });

    public Task ForgetAsync(Guid subject) => storage.Writer.RunAsync(subject, static (database, subject) =>
    {
        using var delete = database.Use(Forget).Bind("@subject", subject);
        return delete.Run();
    });

    public Task<int> SweepAsync(DateTimeOffset now, int limit) =>
        storage.Writer.RunAsync((now, limit), static (database, old) =>
        {
            using var delete = database.Use(Sweep).Bind("@now", old.now).Bind("@limit", old.limit);
            return delete.Run();
        });

    static Statement Bind(Statement statement, SecretKey key) => statement.Bind("@id", key.Id).Bind("@purpose", key.Purpose);
}
