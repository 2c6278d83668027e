using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Sessions;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>
/// A change that ends sessions holds the account's row first: a login at the same moment is before it, and its session
/// ends, or after it, and sees the change.
/// </summary>
sealed class PostgresAccountStore(PostgresStorage storage) : IAccountStore
{
    const string Select = """
        SELECT id, password_hash, claims, security_stamp, created_at, disabled_at,
          (SELECT coalesce(json_agg(json_build_object('kind', kind, 'canonical', canonical, 'value', value, 'verified_at', verified_at)
             ORDER BY added_at, kind, canonical)::text, '[]')
           FROM identifiers WHERE account_id = accounts.id)
        FROM accounts
        """;

    static readonly Sql Create = new("""
        INSERT INTO accounts (id, password_hash, claims, security_stamp, created_at, disabled_at)
        VALUES (@id, @password_hash, @claims, @security_stamp, @created_at, @disabled_at)
        """);

    static readonly Sql Identify = new("""
        INSERT INTO identifiers (kind, canonical, value, account_id, added_at, verified_at)
        VALUES (@kind, @canonical, @value, @account, @added_at, @verified_at)
        ON CONFLICT (kind, canonical) DO NOTHING
        """);

    static readonly Sql Find = new($"{Select} WHERE id = @id");

    static readonly Sql FindByIdentifier = new($"""
        {Select} WHERE id = (SELECT account_id FROM identifiers WHERE kind = @kind AND canonical = @canonical)
        """);

    static readonly Sql List = new($"{Select} WHERE id > coalesce(@after, '00000000-0000-0000-0000-000000000000') ORDER BY id LIMIT @limit");

    static readonly Sql SetPassword = new("""
        UPDATE accounts SET password_hash = @password_hash, security_stamp = @security_stamp WHERE id = @id
        """);

    static readonly Sql Rehash = new("UPDATE accounts SET password_hash = @to WHERE id = @id AND password_hash = @from");

    static readonly Sql Disable = new("UPDATE accounts SET disabled_at = @now WHERE id = @id AND disabled_at IS NULL");

    static readonly Sql Enable = new("UPDATE accounts SET disabled_at = NULL WHERE id = @id AND disabled_at IS NOT NULL");

    static readonly Sql SetClaims =
        new("UPDATE accounts SET claims = @to WHERE id = @id AND claims IS NOT DISTINCT FROM @from");

    static readonly Sql Delete = new("DELETE FROM accounts WHERE id = @id");

    static readonly Sql Forget = new("DELETE FROM identifiers WHERE account_id = @id");

    public Task<bool> TryCreateAsync(Account account) =>
        storage.Database.TransactAsync(account, static async (connection, account) =>
        {
            await Bind(Create.Call(), account).RunAsync(connection);
            // In one order for all, so that two who want the same names wait for each other once.
            foreach (var identifier in account.Identifiers.OrderBy(one => one.Kind).ThenBy(one => one.Canonical, StringComparer.Ordinal))
                if (await Bind(Identify.Call(), identifier, account).RunAsync(connection) == 0) return false;
            return true;
        }, kept: static created => created);

    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, Find.Call().Bind("@id", id), Read);

    public Task<Account?> FindAsync(IdentifierKind kind, string canonical, CancellationToken cancel) =>
        storage.Database.FindAsync(
            Work.Read, FindByIdentifier.Call().Bind("@kind", (int)kind).Bind("@canonical", canonical), Read);

    public Task<IReadOnlyList<Account>> ListAsync(Guid? after, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(List.Call().Bind("@after", after).Bind("@limit", limit), Read);

    public Task<bool> TrySetPasswordAsync(Guid id, HashedPassword password, DateTimeOffset now) =>
        ChangeAsync(() => CallToSetPassword(id, password), id, EndReason.PasswordChanged, now);

    public async Task<bool> TryRehashAsync(Guid id, string from, string to) =>
        await storage.Database.RunAsync(
            Work.WriteOnce, Rehash.Call().Bind("@id", id).Bind("@from", from).Bind("@to", to)) == 1;

    public Task<bool> TryDisableAsync(Guid id, DateTimeOffset now) =>
        ChangeAsync(() => Disable.Call().Bind("@id", id).Bind("@now", now), id, EndReason.AccountDisabled, now);

    public async Task<bool> TryEnableAsync(Guid id) =>
        await storage.Database.RunAsync(Work.WriteOnce, Enable.Call().Bind("@id", id)) == 1;

    public async Task<bool> TrySetClaimsAsync(Guid id, AccountClaims from, AccountClaims to) =>
        await storage.Database.RunAsync(
            Work.WriteOnce, SetClaims.Call().Bind("@id", id).Bind("@from", from.ToJson()).Bind("@to", to.ToJson())) == 1;

    public Task<bool> TryDeleteAsync(Guid id, DateTimeOffset now) =>
        storage.Database.TransactAsync((id, now), static async (connection, account) =>
        {
            if (await Delete.Call().Bind("@id", account.id).RunAsync(connection) == 0) return false;
            await Forget.Call().Bind("@id", account.id).RunAsync(connection);
            await PostgresSessionStore.EndOfAccount(account.id, EndReason.AccountDeleted, account.now).RunAsync(connection);
            return true;
        }, kept: static done => done);

    /// <summary>Sets the password, in the transaction of a change that ends sessions.</summary>
    public static Call CallToSetPassword(Guid id, HashedPassword password) => SetPassword.Call()
        .Bind("@id", id)
        .Bind("@password_hash", password.Hash)
        .Bind("@security_stamp", password.Stamp);

    /// <summary>A change of the account's row that ends its sessions, if it changes the row.</summary>
    Task<bool> ChangeAsync(Func<Call> change, Guid id, EndReason reason, DateTimeOffset now) =>
        storage.Database.TransactAsync((change, id, reason, now), static async (connection, asked) =>
        {
            if (await asked.change().RunAsync(connection) == 0) return false;
            await PostgresSessionStore.EndOfAccount(asked.id, asked.reason, asked.now).RunAsync(connection);
            return true;
        }, kept: static done => done);

    static Call Bind(Call call, Account account) => call
        .Bind("@id", account.Id)
        .Bind("@password_hash", account.PasswordHash)
        .Bind("@claims", account.Claims.ToJson())
        .Bind("@security_stamp", account.SecurityStamp)
        .Bind("@created_at", account.CreatedAt)
        .Bind("@disabled_at", account.DisabledAt);

    static Call Bind(Call call, Identifier identifier, Account account) => call
        .Bind("@kind", (int)identifier.Kind)
        .Bind("@canonical", identifier.Canonical)
        .Bind("@value", identifier.Value)
        .Bind("@account", account.Id)
        .Bind("@added_at", account.CreatedAt)
        .Bind("@verified_at", identifier.VerifiedAt);

    static Account Read(Row row) => new()
    {
        Id = row.Id(0),
        PasswordHash = row.TextOrNull(1),
        Claims = AccountClaims.FromJson(row.TextOrNull(2)),
        SecurityStamp = row.Text(3),
        CreatedAt = row.Time(4),
        DisabledAt = row.TimeOrNull(5),
        Identifiers = StoredIdentifiers.Read(row.Text(6)),
    };
}
