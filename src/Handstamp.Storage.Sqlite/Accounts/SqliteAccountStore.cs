using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Accounts.SecondFactors;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Sessions;

namespace Handstamp.Storage.Sqlite.Accounts;

sealed partial class SqliteAccountStore(SqliteStorage storage) : IAccountStore
{
    const string Select = """
        SELECT id, password_hash, claims, security_stamp, created_at, disabled_at, delete_at,
          (SELECT json_group_array(json_object('kind', kind, 'canonical', canonical, 'value', value, 'verified_at', verified_at)
             ORDER BY added_at, kind, canonical)
           FROM identifiers WHERE account_id = accounts.id),
          terms_version, terms_accepted_at
        FROM accounts
        """;

    const string Create = """
        INSERT INTO accounts (id, password_hash, claims, security_stamp, created_at, disabled_at, terms_version, terms_accepted_at)
        VALUES (@id, @password_hash, @claims, @security_stamp, @created_at, @disabled_at, @terms_version, @terms_accepted_at)
        """;

    public const string IsTaken = "SELECT 1 FROM identifiers WHERE kind = @kind AND canonical = @canonical";

    const string Identify = """
        INSERT INTO identifiers (kind, canonical, value, account_id, added_at, verified_at)
        VALUES (@kind, @canonical, @value, @account, @added_at, @verified_at)
        """;

    const string Find = $"{Select} WHERE id = @id";

    const string FindByIdentifier = $"""
        {Select} WHERE id = (SELECT account_id FROM identifiers WHERE kind = @kind AND canonical = @canonical)
        """;

    const string FindId = "SELECT account_id FROM identifiers WHERE kind = @kind AND canonical = @canonical";

    const string List = $"{Select} WHERE id > coalesce(@after, x'') ORDER BY id LIMIT @limit";

    // As the index has it.
    const string ListSealed =
        $"{Select} WHERE substr(password_hash, 1, 8) = '$sealed$' AND substr(password_hash, 9, 13) = @key LIMIT @limit";

    const string SetPassword = """
        UPDATE accounts SET password_hash = @password_hash, security_stamp = @security_stamp WHERE id = @id
        """;

    const string ResetPassword = $"""
        {SetPassword} AND security_stamp = @stamp AND disabled_at IS NULL
          AND EXISTS (SELECT 1 FROM secrets WHERE id = @secret AND purpose = @purpose AND hash = @hash AND expires_at > @now)
          AND EXISTS (SELECT 1 FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id = @id
            AND (verified_at IS NOT NULL OR NOT EXISTS (
              SELECT 1 FROM identifiers AS other WHERE other.account_id = @id AND other.kind = @kind AND other.verified_at IS NOT NULL)))
        """;

    const string Verify = """
        UPDATE identifiers SET verified_at = coalesce(verified_at, @now) WHERE kind = @kind AND canonical = @canonical
        """;

    const string ForgetSecrets = "DELETE FROM secrets WHERE subject = @id AND purpose = @purpose";

    const string Rehash = "UPDATE accounts SET password_hash = @to WHERE id = @id AND password_hash = @from";

    const string Disable = "UPDATE accounts SET disabled_at = @now WHERE id = @id AND disabled_at IS NULL";

    const string Enable = "UPDATE accounts SET disabled_at = NULL WHERE id = @id AND disabled_at IS NOT NULL";

    const string SetClaims = "UPDATE accounts SET claims = @to WHERE id = @id AND claims IS @from";

    const string AcceptTerms = """
        UPDATE accounts SET terms_version = @version, terms_accepted_at = @at WHERE id = @id AND terms_version IS NOT @version
        """;

    const string Delete =
        "DELETE FROM accounts WHERE id = @id AND (@due IS NULL OR (delete_at <= @due AND disabled_at IS NULL))";

    const string Forget = "DELETE FROM identifiers WHERE account_id = @id";

    const string ForgetProfile = "DELETE FROM profiles WHERE account_id = @id";

    public Task<bool> TryCreateAsync(Account account, Event added) =>
        storage.Writer.RunAllAsync((account, added), static (database, one) => TryAdd(database, one.account, one.added));

    public Task<bool> TryCreateAllAsync(IReadOnlyList<NewAccount> accounts) =>
        storage.Writer.RunAllAsync(accounts, static (database, accounts) =>
        {
            if (accounts.Any(one => HasHolder(database, one))) return false;
            foreach (var (account, added, factors) in accounts)
            {
                Add(database, account, added);
                if (factors is not null) Add(database, account, factors);
            }
            return true;
        });

    public Task<IReadOnlyList<Account>> FindHoldersAsync(IReadOnlyList<Account> accounts, CancellationToken cancel) =>
        storage.Readers.ReadAsync(accounts, static IReadOnlyList<Account> (database, accounts) =>
            [.. accounts.SelectMany(account => FindHolders(database, account)).DistinctBy(holder => holder.Id)], cancel);

    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) =>
        storage.Readers.ReadAsync(id, static (database, id) =>
        {
            using var select = database.Use(Find).Bind("@id", id);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<Account?> FindAsync(IdentifierKind kind, string canonical, CancellationToken cancel) =>
        storage.Readers.ReadAsync((kind, canonical), static (database, asked) =>
        {
            using var select = database.Use(FindByIdentifier)
                .Bind("@kind", (long)asked.kind)
                .Bind("@canonical", asked.canonical);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<Guid?> FindIdAsync(IdentifierKind kind, string canonical, CancellationToken cancel) =>
        storage.Readers.ReadAsync((kind, canonical), static (database, asked) =>
        {
            using var select = database.Use(FindId)
                .Bind("@kind", (long)asked.kind)
                .Bind("@canonical", asked.canonical);
            return select.Step() ? select.Id(0) : (Guid?)null;
        }, cancel);

    public Task<IReadOnlyList<Account>> ListAsync(Guid? after, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((after, limit), static (database, asked) =>
        {
            using var select = database.Use(List).Bind("@after", asked.after).Bind("@limit", asked.limit);
            return select.ReadAll(Read);
        }, cancel);

    public Task<IReadOnlyList<Account>> ListSealedAsync(string keyId, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((keyId, limit), static (database, asked) =>
        {
            using var select = database.Use(ListSealed).Bind("@key", asked.keyId).Bind("@limit", asked.limit);
            return select.ReadAll(Read);
        }, cancel);

    public Task<IReadOnlyList<Event>> TrySetPasswordAsync(Guid id, HashedPassword password, Event changed) =>
        storage.Writer.RunAllAsync((id, password, changed), static (database, change) =>
            TrySetPassword(database, change.id, change.password)
                ? EndAll(database, change.id, EndReason.PasswordChanged, change.changed)
                : []);

    public Task<IReadOnlyList<Event>> TryResetPasswordAsync(PasswordReset reset, Event done) =>
        storage.Writer.RunAllAsync((reset, done), static IReadOnlyList<Event> (database, change) =>
        {
            var (reset, now) = (change.reset, change.done.At);
            using var update = BindEmail(Bind(database.Use(ResetPassword), reset.AccountId, reset.Password), reset.Email)
                .Bind("@stamp", reset.SecurityStamp)
                .Bind("@secret", reset.Secret.Id)
                .Bind("@purpose", reset.Secret.Purpose)
                .Bind("@hash", reset.Secret.Hash)
                .Bind("@now", now);
            if (update.Run() == 0) return [];
            if (!HasProvedEmail(database, reset.AccountId)) ForgetAllOf(database, reset.AccountId);
            using var verify = BindEmail(database.Use(Verify), reset.Email).Bind("@now", now);
            verify.Run();
            ForgetSecretsOf(database, reset.AccountId, [reset.Secret.Purpose]);
            return EndAll(database, reset.AccountId, EndReason.PasswordChanged, change.done);
        });

    public Task<bool> TryRehashAsync(Guid id, string from, string to) =>
        storage.Writer.RunAsync((id, from, to), static (database, change) =>
        {
            using var update = database.Use(Rehash).Bind("@id", change.id).Bind("@from", change.from).Bind("@to", change.to);
            return update.Run() == 1;
        });

    public Task<IReadOnlyList<Event>> TryDisableAsync(Guid id, Event disabled) =>
        storage.Writer.RunAllAsync((id, disabled), static (database, account) =>
        {
            using var update = database.Use(Disable).Bind("@id", account.id).Bind("@now", account.disabled.At);
            return update.Run() == 1 ? EndAll(database, account.id, EndReason.AccountDisabled, account.disabled) : [];
        });

    public Task<bool> TryEnableAsync(Guid id, Event enabled) =>
        storage.Writer.RunAllAsync((id, enabled), static (database, account) =>
        {
            using var update = database.Use(Enable).Bind("@id", account.id);
            return IsDone(database, update.Run(), account.enabled);
        });

    public Task<bool> TrySetClaimsAsync(Guid id, AccountClaims from, AccountClaims to, Event changed) =>
        storage.Writer.RunAllAsync((id, from, to, changed), static (database, change) =>
        {
            using var update = database.Use(SetClaims)
                .Bind("@id", change.id)
                .Bind("@from", change.from.ToStored())
                .Bind("@to", change.to.ToJson());
            return IsDone(database, update.Run(), change.changed);
        });

    public Task<bool> TryAcceptTermsAsync(Guid id, AcceptedTerms terms, Event accepted) =>
        storage.Writer.RunAllAsync((id, terms, accepted), static (database, change) =>
        {
            using var update = database.Use(AcceptTerms)
                .Bind("@id", change.id)
                .Bind("@version", change.terms.Version)
                .Bind("@at", change.terms.At);
            return IsDone(database, update.Run(), change.accepted);
        });

    public Task<IReadOnlyList<Event>> TryDeleteAsync(Guid id, Event deleted, DateTimeOffset? due = null) =>
        storage.Writer.RunAllAsync((id, deleted, due), static IReadOnlyList<Event> (database, account) =>
        {
            using var delete = database.Use(Delete).Bind("@id", account.id).Bind("@due", account.due);
            if (delete.Run() == 0) return [];
            using var forget = database.Use(Forget).Bind("@id", account.id);
            forget.Run();
            using var forgetProfile = database.Use(ForgetProfile).Bind("@id", account.id);
            forgetProfile.Run();
            Credentials.Forget(database, account.id);
            return EndAll(database, account.id, EndReason.AccountDeleted, account.deleted);
        });

    /// <summary>Adds the account with its identifiers, in the transaction of something else; false if one of them is taken.</summary>
    public static bool TryAdd(Connection database, Account account, Event added)
    {
        if (account.Identifiers.Any(identifier => Exists(database, identifier))) return false;
        Add(database, account, added);
        return true;
    }

    /// <summary>Sets the password, in the transaction of a change that ends sessions.</summary>
    public static bool TrySetPassword(Connection database, Guid id, HashedPassword password)
    {
        using var update = Bind(database.Use(SetPassword), id, password);
        return update.Run() == 1;
    }

    static Statement Bind(Statement statement, Guid id, HashedPassword password) => statement
        .Bind("@id", id)
        .Bind("@password_hash", password.Hash)
        .Bind("@security_stamp", password.Stamp);

    static Statement BindEmail(Statement statement, string canonical) =>
        statement.Bind("@kind", (long)IdentifierKind.Email).Bind("@canonical", canonical);

    /// <summary>The change was made, and the account's sessions end with it.</summary>
    static IReadOnlyList<Event> EndAll(Connection database, Guid id, EndReason reason, Event done)
    {
        SqliteEventStore.Add(database, done);
        return SqliteSessionStore.EndAll(database, id, done.By.Ends(reason, done.At)) is { } ended ? [done, ended] : [done];
    }

    static bool IsDone(Connection database, int changed, Event done)
    {
        if (changed == 0) return false;
        SqliteEventStore.Add(database, done);
        return true;
    }

    static IEnumerable<Account> FindHolders(Connection database, Account account)
    {
        using var byId = database.Use(Find).Bind("@id", account.Id);
        if (byId.Step()) yield return Read(byId);
        foreach (var identifier in account.Identifiers)
        {
            using var byIdentifier = database.Use(FindByIdentifier)
                .Bind("@kind", (long)identifier.Kind)
                .Bind("@canonical", identifier.Canonical);
            if (byIdentifier.Step()) yield return Read(byIdentifier);
        }
    }

    static void Add(Connection database, Account account, Event added)
    {
        Insert(database, account);
        foreach (var identifier in account.Identifiers) Insert(database, identifier, account);
        SqliteEventStore.Add(database, added);
    }

    static bool HasHolder(Connection database, NewAccount one) =>
        FindHolders(database, one.Account).Any()
        || one.Factors?.Passkeys.Any(passkey => SqlitePasskeyStore.Exists(database, passkey.CredentialId)) == true;

    static void Add(Connection database, Account account, NewFactors factors)
    {
        SqliteSecondFactorStore.Add(database, account.Id, factors.Apps, factors.Codes);
        foreach (var passkey in factors.Passkeys) SqlitePasskeyStore.Insert(database, passkey);
    }

    static bool Exists(Connection database, Identifier identifier)
    {
        using var select = database.Use(IsTaken)
            .Bind("@kind", (long)identifier.Kind)
            .Bind("@canonical", identifier.Canonical);
        return select.Step();
    }

    static void Insert(Connection database, Account account)
    {
        using var insert = database.Use(Create)
            .Bind("@id", account.Id)
            .Bind("@password_hash", account.PasswordHash)
            .Bind("@claims", account.Claims.ToJson())
            .Bind("@security_stamp", account.SecurityStamp)
            .Bind("@created_at", account.CreatedAt)
            .Bind("@disabled_at", account.DisabledAt)
            .Bind("@terms_version", account.Terms?.Version)
            .Bind("@terms_accepted_at", account.Terms?.At);
        insert.Run();
    }

    static void Insert(Connection database, Identifier identifier, Account account)
    {
        using var insert = database.Use(Identify)
            .Bind("@kind", (long)identifier.Kind)
            .Bind("@canonical", identifier.Canonical)
            .Bind("@value", identifier.Value)
            .Bind("@account", account.Id)
            .Bind("@added_at", account.CreatedAt)
            .Bind("@verified_at", identifier.VerifiedAt);
        insert.Run();
    }

    static Account Read(Statement row) => new()
    {
        Id = row.Id(0),
        PasswordHash = row.TextOrNull(1),
        Claims = AccountClaims.FromJson(row.TextOrNull(2)),
        SecurityStamp = row.Text(3),
        CreatedAt = row.Time(4),
        DisabledAt = row.TimeOrNull(5),
        DeleteAt = row.TimeOrNull(6),
        Identifiers = StoredIdentifiers.Read(row.Text(7)),
        Terms = row.TextOrNull(8) is { } version ? new AcceptedTerms(version, row.Time(9)) : null,
    };
}
