using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins;
using Handstamp.Storage.Postgres.Accounts;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.ExternalLogins;

/// <summary>
/// A change of an account's external logins first locks the account's row: two at the same moment each see what the other has done.
/// </summary>
sealed class PostgresExternalLoginStore(PostgresStorage storage) : IExternalLoginStore
{
    static readonly Sql Use = new("""
        UPDATE external_logins SET last_used_at = greatest(last_used_at, @now), label = coalesce(@label, label)
        WHERE issuer = @issuer AND subject = @subject RETURNING account_id
        """);

    static readonly Sql FindHolder = new("SELECT account_id FROM external_logins WHERE issuer = @issuer AND subject = @subject");

    static readonly Sql Add = new("""
        INSERT INTO external_logins (id, account_id, issuer, subject, provider, label, created_at, last_used_at)
        VALUES (@id, @account, @issuer, @subject, @provider, @label, @created_at, @last_used_at)
        ON CONFLICT (issuer, subject) DO NOTHING
        """);

    static readonly Sql LockUnchanged = new(
        "SELECT 1 FROM accounts WHERE id = @account AND security_stamp = @stamp AND disabled_at IS NULL FOR UPDATE");

    static readonly Sql Count = new("SELECT count(*) FROM external_logins WHERE account_id = @account");

    // A password that only the former system can check is none that this service could let somebody in with.
    static readonly Sql LockAccount = new($"SELECT coalesce(password_hash, '{Account.FormerPassword}') <> '{Account.FormerPassword}' FROM accounts WHERE id = @account FOR UPDATE");

    static readonly Sql CountOthers = new("""
        SELECT count(*) FILTER (WHERE id = @id),
          count(*) FILTER (WHERE id <> @id) + (SELECT count(*) FROM passkeys WHERE account_id = @account)
        FROM external_logins WHERE account_id = @account
        """);

    static readonly Sql Remove = new("DELETE FROM external_logins WHERE id = @id AND account_id = @account");

    static readonly Sql List = new("""
        SELECT id, account_id, issuer, subject, provider, label, created_at, last_used_at
        FROM external_logins WHERE account_id = @account ORDER BY created_at, id
        """);

    public Task<Guid?> TryUseAsync(string issuer, string subject, string? label, DateTimeOffset now) => storage.Database.FindAsync(
        Work.WriteAgain, Bind(Use, issuer, subject).Bind("@label", label).Bind("@now", now), static row => (Guid?)row.Id(0));

    // Several first logins at once wait for the row that the first of them adds, and then find it.
    public Task<ExternalCreation> TryCreateAsync(Account account, ExternalLogin login, Event added) =>
        storage.Database.TransactAsync((account, login, added), static async (connection, one) =>
            await Bind(one.login).RunAsync(connection) == 0 ? ExternalCreation.Known
            : await PostgresAccountStore.TryAddAsync(connection, one.account, one.added) ? ExternalCreation.Added
            : ExternalCreation.AddressTaken,
            kept: static creation => creation == ExternalCreation.Added);

    public Task<ExternalLinking> TryLinkAsync(ExternalLogin login, string securityStamp, int most, Event linked) =>
        storage.Database.TransactAsync((login, securityStamp, most, linked), static async (connection, link) =>
        {
            var login = link.login;
            var unchanged = LockUnchanged.Call().Bind("@account", login.AccountId).Bind("@stamp", link.securityStamp);
            if (!await unchanged.FindAsync(connection, static _ => true)) return ExternalLinking.AccountChanged;
            var count = await Count.Call().Bind("@account", login.AccountId).FindAsync(connection, static row => row.Int64(0));
            if (await HolderOfAsync(connection, login) is null && count >= link.most) return ExternalLinking.NoRoom;
            if (await Bind(login).RunAsync(connection) == 0)
                return await HolderOfAsync(connection, login) == login.AccountId ? ExternalLinking.Unchanged : ExternalLinking.Taken;
            await PostgresEventStore.AddAsync(connection, link.linked);
            return ExternalLinking.Linked;
        }, kept: static linking => linking == ExternalLinking.Linked);

    public Task<ExternalUnlinking> TryUnlinkAsync(Guid id, Guid accountId, Event unlinked) =>
        storage.Database.TransactAsync((id, accountId, unlinked), static async (connection, link) =>
        {
            var hasPassword = await LockAccount.Call().Bind("@account", link.accountId).FindAsync(connection, static row => row.Boolean(0));
            var (own, others) = await CountOthers.Call().Bind("@id", link.id).Bind("@account", link.accountId)
                .FindAsync(connection, static row => (row.Int64(0), row.Int64(1)));
            if (own == 0) return ExternalUnlinking.NotFound;
            if (!hasPassword && others == 0) return ExternalUnlinking.IsLast;
            await Remove.Call().Bind("@id", link.id).Bind("@account", link.accountId).RunAsync(connection);
            await PostgresEventStore.AddAsync(connection, link.unlinked);
            return ExternalUnlinking.Unlinked;
        }, kept: static unlinking => unlinking == ExternalUnlinking.Unlinked);

    public Task<IReadOnlyList<ExternalLogin>> ListAsync(Guid accountId, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(List.Call().Bind("@account", accountId), Read);

    static Task<Guid?> HolderOfAsync(NpgsqlConnection connection, ExternalLogin login) =>
        Bind(FindHolder, login.Issuer, login.Subject).FindAsync(connection, static row => (Guid?)row.Id(0));

    static Call Bind(ExternalLogin login) => Bind(Add, login.Issuer, login.Subject)
        .Bind("@id", login.Id)
        .Bind("@account", login.AccountId)
        .Bind("@provider", login.Provider)
        .Bind("@label", login.Label)
        .Bind("@created_at", login.CreatedAt)
        .Bind("@last_used_at", login.LastUsedAt);

    static Call Bind(Sql sql, string issuer, string subject) => sql.Call().Bind("@issuer", issuer).Bind("@subject", subject);

    static ExternalLogin Read(Row row) => new()
    {
        Id = row.Id(0),
        AccountId = row.Id(1),
        Issuer = row.Text(2),
        Subject = row.Text(3),
        Provider = row.Text(4),
        Label = row.TextOrNull(5),
        CreatedAt = row.Time(6),
        LastUsedAt = row.Time(7),
    };
}
