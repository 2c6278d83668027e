using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Sessions;

namespace Handstamp.Storage.Sqlite.Accounts;

sealed class SqliteAccountStore(SqliteStorage storage) : IAccountStore
{
    const string Columns = """
        id, email, normalized_email, password_hash, claims, security_stamp, concurrency_stamp, created_at, disabled_at
        """;

    const string Create = $"""
        INSERT INTO accounts ({Columns}) VALUES (@id, @email, @normalized_email, @password_hash, @claims,
          @security_stamp, @concurrency_stamp, @created_at, @disabled_at)
        ON CONFLICT (normalized_email) DO NOTHING
        """;

    const string Find = $"SELECT {Columns} FROM accounts WHERE id = @id";

    const string FindByEmail = $"SELECT {Columns} FROM accounts WHERE normalized_email = @normalized_email";

    const string List = $"""
        SELECT {Columns} FROM accounts WHERE normalized_email > coalesce(@after, '')
        ORDER BY normalized_email LIMIT @limit
        """;

    const string Update = """
        UPDATE accounts SET email = @email, normalized_email = @normalized_email, password_hash = @password_hash,
          claims = @claims, security_stamp = @security_stamp, concurrency_stamp = @concurrency_stamp,
          created_at = @created_at, disabled_at = @disabled_at
        WHERE id = @id AND concurrency_stamp = @read_stamp
          AND NOT EXISTS (SELECT 1 FROM accounts WHERE normalized_email = @normalized_email AND id <> @id)
        """;

    const string HasStamp = "SELECT 1 FROM accounts WHERE id = @id AND concurrency_stamp = @read_stamp";

    const string Delete = "DELETE FROM accounts WHERE id = @id";

    public Task<bool> TryCreateAsync(Account account) =>
        storage.Writer.RunAsync(account, static (database, account) =>
        {
            using var insert = database.Use(Create);
            return Bind(insert, account).Run() == 1;
        });

    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) =>
        storage.Readers.ReadAsync(id, static (database, id) =>
        {
            using var select = database.Use(Find).Bind("@id", id);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<Account?> FindByEmailAsync(string normalizedEmail, CancellationToken cancel) =>
        storage.Readers.ReadAsync(normalizedEmail, static (database, email) =>
        {
            using var select = database.Use(FindByEmail).Bind("@normalized_email", email);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<IReadOnlyList<Account>> ListAsync(string? afterNormalizedEmail, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((afterNormalizedEmail, limit), static (database, asked) =>
        {
            using var select = database.Use(List)
                .Bind("@after", asked.afterNormalizedEmail)
                .Bind("@limit", asked.limit);
            return select.ReadAll(Read);
        }, cancel);

    public Task<AccountUpdate> TryUpdateAsync(Account account, string readStamp, SessionEnding? ending) =>
        storage.Writer.RunAllAsync((account, readStamp, ending), static (database, change) =>
        {
            if (!TryUpdate(database, change.account, change.readStamp))
                return IsAsRead(database, change.account.Id, change.readStamp) ? AccountUpdate.AddressTaken : AccountUpdate.Changed;

            if (change.ending is { } end)
                SqliteSessionStore.EndAll(database, change.account.Id, end);
            return AccountUpdate.Done;
        });

    public Task<bool> DeleteAsync(Guid id, DateTimeOffset now) =>
        storage.Writer.RunAllAsync((id, now), static (database, account) =>
        {
            using var delete = database.Use(Delete).Bind("@id", account.id);
            if (delete.Run() == 0) return false;

            SqliteSessionStore.EndAll(database, account.id, Origin.System.Ends(EndReason.AccountDeleted, account.now));
            return true;
        });

    /// <summary>Whether the account's row still has the stamp that was read.</summary>
    public static bool IsAsRead(Connection database, Guid id, string readStamp)
    {
        using var select = database.Use(HasStamp).Bind("@id", id).Bind("@read_stamp", readStamp);
        return select.Step();
    }

    /// <summary>Writes the account if its row still has the stamp, for whoever does it inside a transaction.</summary>
    public static bool TryUpdate(Connection database, Account account, string readStamp)
    {
        using var update = database.Use(Update).Bind("@read_stamp", readStamp);
        return Bind(update, account).Run() == 1;
    }

    static Statement Bind(Statement statement, Account account) => statement
        .Bind("@id", account.Id)
        .Bind("@email", account.Email)
        .Bind("@normalized_email", account.NormalizedEmail)
        .Bind("@password_hash", account.PasswordHash)
        .Bind("@claims", account.Claims.ToJson())
        .Bind("@security_stamp", account.SecurityStamp)
        .Bind("@concurrency_stamp", account.ConcurrencyStamp)
        .Bind("@created_at", account.CreatedAt)
        .Bind("@disabled_at", account.DisabledAt);

    static Account Read(Statement row) => new()
    {
        Id = row.Id(0),
        Email = row.Text(1),
        NormalizedEmail = row.Text(2),
        PasswordHash = row.TextOrNull(3),
        Claims = AccountClaims.FromJson(row.TextOrNull(4)),
        SecurityStamp = row.Text(5),
        ConcurrencyStamp = row.Text(6),
        CreatedAt = row.Time(7),
        DisabledAt = row.TimeOrNull(8),
    };
}
