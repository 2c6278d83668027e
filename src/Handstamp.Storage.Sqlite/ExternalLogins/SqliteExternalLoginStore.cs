using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins;
using Handstamp.Storage.Sqlite.Accounts;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.ExternalLogins;

sealed class SqliteExternalLoginStore(SqliteStorage storage) : IExternalLoginStore
{
    const string Use = """
        UPDATE external_logins SET last_used_at = max(last_used_at, @now), label = coalesce(@label, label)
        WHERE issuer = @issuer AND subject = @subject RETURNING account_id
        """;

    const string FindHolder = "SELECT account_id FROM external_logins WHERE issuer = @issuer AND subject = @subject";

    const string Add = """
        INSERT INTO external_logins (id, account_id, issuer, subject, provider, label, created_at, last_used_at)
        VALUES (@id, @account, @issuer, @subject, @provider, @label, @created_at, @last_used_at)
        """;

    const string IsUnchanged = """
        SELECT (SELECT count(*) FROM external_logins WHERE account_id = @account)
        FROM accounts WHERE id = @account AND security_stamp = @stamp AND disabled_at IS NULL
        """;

    const string Exists = "SELECT 1 FROM external_logins WHERE id = @id AND account_id = @account";

    // A password that only the former system can check is none that this service could let somebody in with.
    const string HasAnotherWay = $"""
        SELECT 1 FROM accounts WHERE id = @account AND (password_hash <> '{Account.FormerPassword}'
          OR EXISTS (SELECT 1 FROM external_logins WHERE account_id = @account AND id <> @id)
          OR EXISTS (SELECT 1 FROM passkeys WHERE account_id = @account))
        """;

    const string Remove = "DELETE FROM external_logins WHERE id = @id";

    const string List = """
        SELECT id, account_id, issuer, subject, provider, label, created_at, last_used_at
        FROM external_logins WHERE account_id = @account ORDER BY created_at, id
        """;

    public Task<Guid?> TryUseAsync(string issuer, string subject, string? label, DateTimeOffset now) =>
        storage.Writer.RunAsync((issuer, subject, label, now), static (database, use) =>
        {
            using var update = Bind(database.Use(Use), use.issuer, use.subject).Bind("@label", use.label).Bind("@now", use.now);
            return update.Step() ? update.Id(0) : (Guid?)null;
        });

    public Task<ExternalCreation> TryCreateAsync(Account account, ExternalLogin login, Event added) =>
        storage.Writer.RunAllAsync((account, login, added), static (database, one) =>
        {
            if (HolderOf(database, one.login) is not null) return ExternalCreation.Known;
            if (!SqliteAccountStore.TryAdd(database, one.account, one.added)) return ExternalCreation.AddressTaken;
            Insert(database, one.login);
            return ExternalCreation.Added;
        });

    public Task<ExternalLinking> TryLinkAsync(ExternalLogin login, string securityStamp, int most, Event linked) =>
        storage.Writer.RunAllAsync((login, securityStamp, most, linked), static (database, link) =>
        {
            using var account = database.Use(IsUnchanged).Bind("@account", link.login.AccountId).Bind("@stamp", link.securityStamp);
            if (!account.Step()) return ExternalLinking.AccountChanged;
            if (HolderOf(database, link.login) is { } holder)
                return holder == link.login.AccountId ? ExternalLinking.Unchanged : ExternalLinking.Taken;
            if (account.Int64(0) >= link.most) return ExternalLinking.NoRoom;
            Insert(database, link.login);
            SqliteEventStore.Add(database, link.linked);
            return ExternalLinking.Linked;
        });

    public Task<ExternalUnlinking> TryUnlinkAsync(Guid id, Guid accountId, Event unlinked) =>
        storage.Writer.RunAllAsync((id, accountId, unlinked), static (database, link) =>
        {
            using var exists = database.Use(Exists).Bind("@id", link.id).Bind("@account", link.accountId);
            if (!exists.Step()) return ExternalUnlinking.NotFound;
            using var other = database.Use(HasAnotherWay).Bind("@id", link.id).Bind("@account", link.accountId);
            if (!other.Step()) return ExternalUnlinking.IsLast;
            using var remove = database.Use(Remove).Bind("@id", link.id);
            remove.Run();
            SqliteEventStore.Add(database, link.unlinked);
            return ExternalUnlinking.Unlinked;
        });

    public Task<IReadOnlyList<ExternalLogin>> ListAsync(Guid accountId, CancellationToken cancel) =>
        storage.Readers.ReadAsync(accountId, static (database, accountId) =>
        {
            using var select = database.Use(List).Bind("@account", accountId);
            return select.ReadAll(Read);
        }, cancel);

    static Guid? HolderOf(Connection database, ExternalLogin login)
    {
        using var select = Bind(database.Use(FindHolder), login.Issuer, login.Subject);
        return select.Step() ? select.Id(0) : null;
    }

    static void Insert(Connection database, ExternalLogin login)
    {
        using var insert = Bind(database.Use(Add), login.Issuer, login.Subject)
            .Bind("@id", login.Id)
            .Bind("@account", login.AccountId)
            .Bind("@provider", login.Provider)
            .Bind("@label", login.Label)
            .Bind("@created_at", login.CreatedAt)
            .Bind("@last_used_at", login.LastUsedAt);
        insert.Run();
    }

    static Statement Bind(Statement statement, string issuer, string subject) =>
        statement.Bind("@issuer", issuer).Bind("@subject", subject);

    static ExternalLogin Read(Statement row) => new()
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
