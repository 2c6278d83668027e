using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Accounts.SecondFactors;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Sessions;
using Npgsql;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>
/// A change that ends sessions first locks the account's row. A login at the same moment is either before the change,
/// and its session ends, or after it, and sees the change.
/// </summary>
sealed partial class PostgresAccountStore(PostgresStorage storage) : IAccountStore
{
    const string Select = """
        SELECT id, password_hash, claims, security_stamp, created_at, disabled_at, delete_at,
          (SELECT coalesce(json_agg(json_build_object('kind', kind, 'canonical', canonical, 'value', value, 'verified_at', verified_at)
             ORDER BY added_at, kind, canonical)::text, '[]')
           FROM identifiers WHERE account_id = accounts.id),
          terms_version, terms_accepted_at
        FROM accounts
        """;

    // As the index has it.
    static readonly Sql ListSealed = new(
        $"{Select} WHERE substr(password_hash, 1, 8) = '$sealed$' AND substr(password_hash, 9, 13) = @key LIMIT @limit");

    const string SetPasswordText =
        "UPDATE accounts SET password_hash = @password_hash, security_stamp = @security_stamp WHERE id = @id";

    static readonly Sql Create = new("""
        INSERT INTO accounts (id, password_hash, claims, security_stamp, created_at, disabled_at, terms_version, terms_accepted_at)
        VALUES (@id, @password_hash, @claims, @security_stamp, @created_at, @disabled_at, @terms_version, @terms_accepted_at)
        """);

    static readonly Sql Identify = new("""
        INSERT INTO identifiers (kind, canonical, value, account_id, added_at, verified_at)
        VALUES (@kind, @canonical, @value, @account, @added_at, @verified_at)
        ON CONFLICT (kind, canonical) DO NOTHING
        """);

    static readonly Sql CreateAll = new("""
        INSERT INTO accounts (id, password_hash, claims, security_stamp, created_at, disabled_at, terms_version, terms_accepted_at)
        SELECT id, password_hash, claims, security_stamp, created_at, disabled_at, terms_version, terms_accepted_at
        FROM json_to_recordset(@accounts::json) AS listed(
          id uuid, password_hash text, claims text, security_stamp text, created_at bigint, disabled_at bigint, terms_version text,
          terms_accepted_at bigint)
        ON CONFLICT (id) DO NOTHING
        """);

    // In the same order as one after the other.
    static readonly Sql IdentifyAll = new("""
        INSERT INTO identifiers (kind, canonical, value, account_id, added_at, verified_at)
        SELECT kind, canonical, value, account_id, added_at, verified_at
        FROM json_to_recordset(@identifiers::json) AS listed(
          kind smallint, canonical text, value text, account_id uuid, added_at bigint, verified_at bigint)
        ORDER BY kind, canonical COLLATE "C"
        ON CONFLICT (kind, canonical) DO NOTHING
        """);

    static readonly Sql FindHolders = new($"""
        {Select} WHERE id IN (
          SELECT id FROM json_to_recordset(@accounts::json) AS listed(id uuid)
          UNION ALL
          SELECT identifiers.account_id FROM identifiers
          JOIN json_to_recordset(@identifiers::json) AS listed(kind smallint, canonical text) USING (kind, canonical))
        """);

    static readonly Sql Find = new($"{Select} WHERE id = @id");

    static readonly Sql FindByIdentifier = new($"""
        {Select} WHERE id = (SELECT account_id FROM identifiers WHERE kind = @kind AND canonical = @canonical)
        """);

    static readonly Sql FindId = new("SELECT account_id FROM identifiers WHERE kind = @kind AND canonical = @canonical");

    static readonly Sql List = new($"{Select} WHERE id > coalesce(@after, '00000000-0000-0000-0000-000000000000') ORDER BY id LIMIT @limit");

    static readonly Sql SetPassword = new(SetPasswordText);

    static readonly Sql ResetPassword = new($"""
        {SetPasswordText} AND security_stamp = @stamp AND disabled_at IS NULL
          AND EXISTS (SELECT 1 FROM secrets WHERE id = @secret AND purpose = @purpose AND hash = @hash AND expires_at > @now)
          AND EXISTS (SELECT 1 FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id = @id
            AND (verified_at IS NOT NULL OR NOT EXISTS (
              SELECT 1 FROM identifiers AS other WHERE other.account_id = @id AND other.kind = @kind AND other.verified_at IS NOT NULL)))
        """);

    static readonly Sql Verify = new("""
        UPDATE identifiers SET verified_at = coalesce(verified_at, @now) WHERE kind = @kind AND canonical = @canonical
        """);

    static readonly Sql ForgetSecrets = new("DELETE FROM secrets WHERE subject = @id AND purpose = @purpose");

    static readonly Sql Rehash = new("UPDATE accounts SET password_hash = @to WHERE id = @id AND password_hash = @from");

    static readonly Sql Disable = new("UPDATE accounts SET disabled_at = @now WHERE id = @id AND disabled_at IS NULL");

    static readonly Sql Enable = new($"""
        WITH enabled AS (UPDATE accounts SET disabled_at = NULL WHERE id = @id AND disabled_at IS NOT NULL RETURNING id)
        {EventSql.Insert(from: "FROM enabled")}
        """);

    static readonly Sql SetClaims = new($"""
        WITH changed AS (UPDATE accounts SET claims = @to WHERE id = @id AND claims IS NOT DISTINCT FROM @from RETURNING id)
        {EventSql.Insert(from: "FROM changed")}
        """);

    static readonly Sql AcceptTerms = new($"""
        WITH accepted AS (UPDATE accounts SET terms_version = @version, terms_accepted_at = @accepted_at
          WHERE id = @id AND terms_version IS DISTINCT FROM @version RETURNING id)
        {EventSql.Insert(from: "FROM accepted")}
        """);

    static readonly Sql Delete = new("DELETE FROM accounts WHERE id = @id");

    static readonly Sql DeleteDue = new("DELETE FROM accounts WHERE id = @id AND delete_at <= @due AND disabled_at IS NULL");

    static readonly Sql Forget = new("DELETE FROM identifiers WHERE account_id = @id");

    static readonly Sql ForgetProfile = new("DELETE FROM profiles WHERE account_id = @id");

    public Task<bool> TryCreateAsync(Account account, Event added) =>
        storage.Database.TransactAsync(
            (account, added), static (connection, one) => TryAddAsync(connection, one.account, one.added), kept: static created => created);

    public Task<bool> TryCreateAllAsync(IReadOnlyList<NewAccount> accounts) =>
        storage.Database.TransactAsync(accounts, static async (connection, accounts) =>
        {
            Account[] added = [.. accounts.Select(one => one.Account)];
            if (await CreateAll.Call().Bind("@accounts", ListedAccount.ToJson(added)).RunAsync(connection) < added.Length) return false;
            if (await IdentifyAll.Call().Bind("@identifiers", ListedIdentifier.ToJson(added)).RunAsync(connection)
                < added.Sum(account => account.Identifiers.Count)) return false;
            foreach (var (account, _, factors) in accounts)
                if (factors is not null && !await TryAddAsync(connection, account, factors)) return false;
            await EventSql.AddAll.Call().Bind("@events", ListedEvent.ToJson([.. accounts.Select(one => one.Added)])).RunAsync(connection);
            return true;
        }, kept: static created => created);

    public Task<IReadOnlyList<Account>> FindHoldersAsync(IReadOnlyList<Account> accounts, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(
            FindHolders.Call().Bind("@accounts", ListedAccount.ToJson(accounts)).Bind("@identifiers", ListedIdentifier.ToJson(accounts)), Read);

    public Task<Account?> FindAsync(Guid id, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, Find.Call().Bind("@id", id), Read);

    public Task<Account?> FindAsync(IdentifierKind kind, string canonical, CancellationToken cancel) =>
        storage.Database.FindAsync(
            Work.Read, FindByIdentifier.Call().Bind("@kind", (int)kind).Bind("@canonical", canonical), Read);

    public Task<Guid?> FindIdAsync(IdentifierKind kind, string canonical, CancellationToken cancel) =>
        storage.Database.FindAsync(
            Work.Read, FindId.Call().Bind("@kind", (int)kind).Bind("@canonical", canonical), static row => (Guid?)row.Id(0));

    public Task<IReadOnlyList<Account>> ListAsync(Guid? after, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(List.Call().Bind("@after", after).Bind("@limit", limit), Read);

    public Task<IReadOnlyList<Account>> ListSealedAsync(string keyId, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(ListSealed.Call().Bind("@key", keyId).Bind("@limit", limit), Read);

    public Task<IReadOnlyList<Event>> TrySetPasswordAsync(Guid id, HashedPassword password, Event changed) =>
        ChangeAsync(() => CallToSetPassword(id, password), id, EndReason.PasswordChanged, changed);

    // Of several with the same secret, the second waits for the first one's row, and finds another stamp in it.
    public Task<IReadOnlyList<Event>> TryResetPasswordAsync(PasswordReset reset, Event done) =>
        storage.Database.TransactAsync((reset, done), static async Task<IReadOnlyList<Event>> (connection, change) =>
        {
            var (reset, now) = (change.reset, change.done.At);
            var update = BindEmail(Bind(ResetPassword.Call(), reset.AccountId, reset.Password), reset.Email)
                .Bind("@stamp", reset.SecurityStamp)
                .Bind("@secret", reset.Secret.Id)
                .Bind("@purpose", reset.Secret.Purpose)
                .Bind("@hash", reset.Secret.Hash)
                .Bind("@now", now);
            if (await update.RunAsync(connection) == 0) return [];
            if (!await HasProvedEmailAsync(connection, reset.AccountId)) await ForgetAllAsync(connection, reset.AccountId);
            await BindEmail(Verify.Call(), reset.Email).Bind("@now", now).RunAsync(connection);
            await ForgetSecretsAsync(connection, reset.AccountId, [reset.Secret.Purpose]);
            return await EndAllAsync(connection, reset.AccountId, EndReason.PasswordChanged, change.done);
        }, kept: static events => events.Count > 0);

    public async Task<bool> TryRehashAsync(Guid id, string from, string to) =>
        await storage.Database.RunAsync(
            Work.WriteOnce, Rehash.Call().Bind("@id", id).Bind("@from", from).Bind("@to", to)) == 1;

    public Task<IReadOnlyList<Event>> TryDisableAsync(Guid id, Event disabled) =>
        ChangeAsync(() => Disable.Call().Bind("@id", id).Bind("@now", disabled.At), id, EndReason.AccountDisabled, disabled);

    public async Task<bool> TryEnableAsync(Guid id, Event enabled) =>
        await storage.Database.RunAsync(Work.WriteOnce, Enable.Call().Bind("@id", id).BindEvent(enabled)) == 1;

    public async Task<bool> TrySetClaimsAsync(Guid id, AccountClaims from, AccountClaims to, Event changed)
    {
        var update = SetClaims.Call().Bind("@id", id).Bind("@from", from.ToStored()).Bind("@to", to.ToJson());
        return await storage.Database.RunAsync(Work.WriteOnce, update.BindEvent(changed)) == 1;
    }

    public async Task<bool> TryAcceptTermsAsync(Guid id, AcceptedTerms terms, Event accepted)
    {
        // Not @at, which is a name of the event's.
        var update = AcceptTerms.Call().Bind("@id", id).Bind("@version", terms.Version).Bind("@accepted_at", terms.At);
        return await storage.Database.RunAsync(Work.WriteOnce, update.BindEvent(accepted)) == 1;
    }

    public Task<IReadOnlyList<Event>> TryDeleteAsync(Guid id, Event deleted, DateTimeOffset? due = null) =>
        storage.Database.TransactAsync((id, deleted, due), static async Task<IReadOnlyList<Event>> (connection, account) =>
        {
            var delete = account.due is { } due ? DeleteDue.Call().Bind("@due", due) : Delete.Call();
            if (await delete.Bind("@id", account.id).RunAsync(connection) == 0) return [];
            await Forget.Call().Bind("@id", account.id).RunAsync(connection);
            await ForgetProfile.Call().Bind("@id", account.id).RunAsync(connection);
            await Credentials.ForgetAsync(connection, account.id);
            return await EndAllAsync(connection, account.id, EndReason.AccountDeleted, account.deleted);
        }, kept: static events => events.Count > 0);

    /// <summary>Adds the account with its identifiers, in a transaction. False if one of them is taken: then it must be rolled back.</summary>
    public static async Task<bool> TryAddAsync(NpgsqlConnection connection, Account account, Event added)
    {
        await Bind(Create.Call(), account).RunAsync(connection);
        // Always in the same order, so that two transactions that need the same names wait for each other only once.
        foreach (var identifier in account.Identifiers.OrderBy(one => one.Kind).ThenBy(one => one.Canonical, StringComparer.Ordinal))
            if (await Bind(Identify.Call(), identifier, account).RunAsync(connection) == 0) return false;
        await PostgresEventStore.AddAsync(connection, added);
        return true;
    }

    static async Task<bool> TryAddAsync(NpgsqlConnection connection, Account account, NewFactors factors)
    {
        await PostgresSecondFactorStore.AddAsync(connection, account.Id, factors.Apps, factors.Codes);
        foreach (var passkey in factors.Passkeys)
            if (!await PostgresPasskeyStore.InsertAsync(connection, passkey)) return false;
        return true;
    }

    /// <summary>Sets the password, in the transaction of a change that ends sessions.</summary>
    public static Call CallToSetPassword(Guid id, HashedPassword password) => Bind(SetPassword.Call(), id, password);

    static Call Bind(Call call, Guid id, HashedPassword password) => call
        .Bind("@id", id)
        .Bind("@password_hash", password.Hash)
        .Bind("@security_stamp", password.Stamp);

    static Call BindEmail(Call call, string canonical) =>
        call.Bind("@kind", (int)IdentifierKind.Email).Bind("@canonical", canonical);

    /// <summary>Changes the account's row and ends its sessions, if the change applies.</summary>
    Task<IReadOnlyList<Event>> ChangeAsync(Func<Call> change, Guid id, EndReason reason, Event done) =>
        storage.Database.TransactAsync((change, id, reason, done), static async Task<IReadOnlyList<Event>> (connection, asked) =>
            await asked.change().RunAsync(connection) == 0 ? [] : await EndAllAsync(connection, asked.id, asked.reason, asked.done),
            kept: static events => events.Count > 0);

    /// <summary>The change was made, and the account's sessions end with it.</summary>
    static async Task<IReadOnlyList<Event>> EndAllAsync(NpgsqlConnection connection, Guid id, EndReason reason, Event done)
    {
        await PostgresEventStore.AddAsync(connection, done);
        return await PostgresSessionStore.EndAllAsync(connection, id, done.By.Ends(reason, done.At)) is { } ended ? [done, ended] : [done];
    }

    static Call Bind(Call call, Account account) => call
        .Bind("@id", account.Id)
        .Bind("@password_hash", account.PasswordHash)
        .Bind("@claims", account.Claims.ToJson())
        .Bind("@security_stamp", account.SecurityStamp)
        .Bind("@created_at", account.CreatedAt)
        .Bind("@disabled_at", account.DisabledAt)
        .Bind("@terms_version", account.Terms?.Version)
        .Bind("@terms_accepted_at", account.Terms?.At);

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
        DeleteAt = row.TimeOrNull(6),
        Identifiers = StoredIdentifiers.Read(row.Text(7)),
        Terms = row.TextOrNull(8) is { } version ? new AcceptedTerms(version, row.Time(9)) : null,
    };
}
