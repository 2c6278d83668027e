using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Sessions;
using Npgsql;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>
/// A change that ends sessions holds the account's row first: a login at the same moment is before it, and its session
/// ends, or after it, and sees the change.
/// </summary>
sealed class PostgresAccountStore(PostgresStorage storage) : IAccountStore
{
    const string Columns = """
        id, email, normalized_email, password_hash, claims, security_stamp, concurrency_stamp, created_at, disabled_at
        """;

    static readonly Sql Create = new($"""
        INSERT INTO accounts ({Columns}) VALUES (@id, @email, @normalized_email, @password_hash, @claims,
          @security_stamp, @concurrency_stamp, @created_at, @disabled_at)
        ON CONFLICT (normalized_email) DO NOTHING
        """);

    static readonly Sql Find = new($"SELECT {Columns} FROM accounts WHERE id = @id");

    static readonly Sql FindByEmail = new($"SELECT {Columns} FROM accounts WHERE normalized_email = @normalized_email");

    static readonly Sql List = new($"""
        SELECT {Columns} FROM accounts WHERE normalized_email > coalesce(@after, '')
        ORDER BY normalized_email LIMIT @limit
        """);

    static readonly Sql Update = new("""
        UPDATE accounts SET email = @email, normalized_email = @normalized_email, password_hash = @password_hash,
          claims = @claims, security_stamp = @security_stamp, concurrency_stamp = @concurrency_stamp,
          created_at = @created_at, disabled_at = @disabled_at
        WHERE id = @id AND concurrency_stamp = @read_stamp
        """);

    static readonly Sql Delete = new("DELETE FROM accounts WHERE id = @id");

    public async Task<bool> TryCreateAsync(Account account) =>
        await storage.Database.RunAsync(Work.WriteOnce, Bind(Create.Call(), account)) == 1;

    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, Find.Call().Bind("@id", id), Read);

    public Task<Account?> FindByEmailAsync(string normalizedEmail, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, FindByEmail.Call().Bind("@normalized_email", normalizedEmail), Read);

    public Task<IReadOnlyList<Account>> ListAsync(string? afterNormalizedEmail, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(List.Call().Bind("@after", afterNormalizedEmail).Bind("@limit", limit), Read);

    public async Task<AccountUpdate> TryUpdateAsync(Account account, string readStamp, SessionEnding? ending)
    {
        try
        {
            var done = await storage.Database.TransactAsync((account, readStamp, ending), static async (connection, change) =>
            {
                if (await UpdateOf(change.account, change.readStamp).RunAsync(connection) == 0) return false;
                if (change.ending is { } end)
                    await PostgresSessionStore.EndAllAsync(connection, change.account.Id, end);
                return true;
            }, kept: static done => done);
            return done ? AccountUpdate.Done : AccountUpdate.Changed;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return AccountUpdate.AddressTaken;
        }
    }

    public Task<bool> DeleteAsync(Guid id, DateTimeOffset now) =>
        storage.Database.TransactAsync((id, now), static async (connection, account) =>
        {
            if (await Delete.Call().Bind("@id", account.id).RunAsync(connection) == 0) return false;
            await PostgresSessionStore.EndAllAsync(connection, account.id, Origin.System.Ends(EndReason.AccountDeleted, account.now));
            return true;
        }, kept: static done => done);

    /// <summary>Writes the account if its row still has the stamp, for whoever does it inside a transaction.</summary>
    public static Call UpdateOf(Account account, string readStamp) =>
        Bind(Update.Call(), account).Bind("@read_stamp", readStamp);

    static Call Bind(Call call, Account account) => call
        .Bind("@id", account.Id)
        .Bind("@email", account.Email)
        .Bind("@normalized_email", account.NormalizedEmail)
        .Bind("@password_hash", account.PasswordHash)
        .Bind("@claims", account.Claims.ToJson())
        .Bind("@security_stamp", account.SecurityStamp)
        .Bind("@concurrency_stamp", account.ConcurrencyStamp)
        .Bind("@created_at", account.CreatedAt)
        .Bind("@disabled_at", account.DisabledAt);

    static Account Read(Row row) => new()
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
