using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Accounts.SecondFactors;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Accounts;

sealed class SqlitePasskeyStore(SqliteStorage storage) : IPasskeyStore
{
    const string Select = """
        SELECT id, account_id, credential_id, public_key, aaguid, sign_count, is_synced, is_backed_up, is_second_factor, transports,
          name, created_at, last_used_at
        FROM passkeys
        """;

    const string IsAsBefore = "SELECT 1 FROM accounts WHERE id = @account AND security_stamp = @stamp AND disabled_at IS NULL";

    const string Count = "SELECT count(*) FROM passkeys WHERE account_id = @account";

    const string Add = """
        INSERT INTO passkeys (id, account_id, credential_id, public_key, aaguid, sign_count, is_synced, is_backed_up, is_second_factor,
          transports, name, created_at, last_used_at)
        VALUES (@id, @account, @credential, @key, @aaguid, @count, @synced, @backed_up, @second, @transports, @name, @created_at, @last_used_at)
        ON CONFLICT (credential_id) DO NOTHING
        """;

    const string List = $"{Select} WHERE account_id = @account ORDER BY created_at, id";

    const string Find = $"{Select} WHERE credential_id = @credential";

    const string Use = """
        UPDATE passkeys SET sign_count = @count, is_backed_up = @backed_up, last_used_at = @now
        WHERE id = @id AND (sign_count < @count OR (sign_count = 0 AND @count = 0))
        """;

    const string Rename = "UPDATE passkeys SET name = @name WHERE id = @id AND account_id = @account";

    const string ExistsOf = "SELECT 1 FROM passkeys WHERE id = @id AND account_id = @account";

    // A password that only the former system can check is none that this service could let somebody in with.
    const string HasOtherWay = $"""
        (EXISTS (SELECT 1 FROM accounts WHERE id = @account AND password_hash <> '{Account.FormerPassword}')
          OR EXISTS (SELECT 1 FROM passkeys WHERE account_id = @account AND id <> @id)
          OR EXISTS (SELECT 1 FROM external_logins WHERE account_id = @account))
        """;

    const string FindOtherWay = $"SELECT 1 WHERE {HasOtherWay}";

    const string Remove = $"""
        DELETE FROM passkeys WHERE id = @id AND account_id = @account
          AND (@keeps_way = 0 OR {HasOtherWay})
          AND (@keeps_factor = 0 OR is_second_factor = 0 OR {SecondFactorSql.HasOther})
        """;

    public Task<PasskeyAddition> AddAsync(Passkey passkey, string securityStamp, Event added) =>
        storage.Writer.RunAllAsync((passkey, securityStamp, added), static (database, one) =>
        {
            if (!IsUnchanged(database, one.passkey.AccountId, one.securityStamp)) return PasskeyAddition.AccountChanged;
            if (CountOf(database, one.passkey.AccountId) >= Passkey.Most) return PasskeyAddition.NoRoom;
            if (!Insert(database, one.passkey)) return PasskeyAddition.Taken;
            SqliteEventStore.Add(database, one.added);
            return PasskeyAddition.Added;
        });

    public Task<IReadOnlyList<Passkey>> ListAsync(Guid accountId, CancellationToken cancel) =>
        storage.Readers.ReadAsync(accountId, static (database, account) =>
        {
            using var select = database.Use(List).Bind("@account", account);
            return select.ReadAll(Read);
        }, cancel);

    public Task<Passkey?> FindAsync(byte[] credentialId, CancellationToken cancel) =>
        storage.Readers.ReadAsync(credentialId, static (database, credential) =>
        {
            using var select = database.Use(Find).Bind("@credential", credential);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<bool> TryUseAsync(Guid id, long signCount, bool isBackedUp, DateTimeOffset now) =>
        storage.Writer.RunAsync((id, signCount, isBackedUp, now), static (database, use) =>
        {
            using var update = database.Use(Use)
                .Bind("@id", use.id)
                .Bind("@count", use.signCount)
                .Bind("@backed_up", Flag(use.isBackedUp))
                .Bind("@now", use.now);
            return update.Run() == 1;
        });

    public Task<bool> TryRenameAsync(Guid id, Guid accountId, string? name, Event renamed) =>
        storage.Writer.RunAllAsync((id, accountId, name, renamed), static (database, one) =>
        {
            using var update = database.Use(Rename).Bind("@id", one.id).Bind("@account", one.accountId).Bind("@name", one.name);
            return IsDone(database, update.Run(), one.renamed);
        });

    public Task<PasskeyRemoval> TryRemoveAsync(Guid id, Guid accountId, AccountKeeps keeps, Event removed) =>
        storage.Writer.RunAllAsync((id, accountId, keeps, removed), static (database, one) =>
        {
            using var exists = Prepare(database, ExistsOf, one.id, one.accountId);
            if (!exists.Step()) return PasskeyRemoval.NotFound;
            using var delete = Prepare(database, Remove, one.id, one.accountId)
                .Bind("@keeps_way", Flag(one.keeps.WayToLogIn))
                .Bind("@keeps_factor", Flag(one.keeps.SecondFactor));
            if (!IsDone(database, delete.Run(), one.removed)) return WhyNot(database, one.id, one.accountId, one.keeps);
            using var forget = Prepare(database, SecondFactorSql.ForgetCodesOfNothing, one.id, one.accountId);
            forget.Run();
            return PasskeyRemoval.Removed;
        });

    static PasskeyRemoval WhyNot(Connection database, Guid id, Guid accountId, AccountKeeps keeps)
    {
        using var other = Prepare(database, FindOtherWay, id, accountId);
        return keeps.WayToLogIn && !other.Step() ? PasskeyRemoval.IsLast : PasskeyRemoval.IsLastFactor;
    }

    static Statement Prepare(Connection database, string sql, Guid id, Guid accountId) =>
        database.Use(sql).Bind("@id", id).Bind("@account", accountId);

    static bool IsUnchanged(Connection database, Guid accountId, string stamp)
    {
        using var select = database.Use(IsAsBefore).Bind("@account", accountId).Bind("@stamp", stamp);
        return select.Step();
    }

    static long CountOf(Connection database, Guid accountId)
    {
        using var select = database.Use(Count).Bind("@account", accountId);
        select.Step();
        return select.Int64(0);
    }

    /// <summary>Whether there is one with this credential id.</summary>
    public static bool Exists(Connection database, byte[] credentialId)
    {
        using var select = database.Use(Find).Bind("@credential", credentialId);
        return select.Step();
    }

    /// <summary>Adds a passkey, in the transaction of something else; false if there is one with its credential id.</summary>
    public static bool Insert(Connection database, Passkey passkey)
    {
        using var insert = database.Use(Add)
            .Bind("@id", passkey.Id)
            .Bind("@account", passkey.AccountId)
            .Bind("@credential", passkey.CredentialId)
            .Bind("@key", passkey.PublicKey)
            .Bind("@aaguid", passkey.Aaguid)
            .Bind("@count", passkey.SignCount)
            .Bind("@synced", Flag(passkey.IsSynced))
            .Bind("@backed_up", Flag(passkey.IsBackedUp))
            .Bind("@second", Flag(passkey.IsSecondFactor))
            .Bind("@transports", string.Join(' ', passkey.Transports))
            .Bind("@name", passkey.Name)
            .Bind("@created_at", passkey.CreatedAt)
            .Bind("@last_used_at", passkey.LastUsedAt);
        return insert.Run() == 1;
    }

    static bool IsDone(Connection database, int changed, Event done)
    {
        if (changed == 0) return false;
        SqliteEventStore.Add(database, done);
        return true;
    }

    static long Flag(bool value) => value ? 1 : 0;

    static Passkey Read(Statement row) => new()
    {
        Id = row.Id(0),
        AccountId = row.Id(1),
        CredentialId = row.Blob(2).ToArray(),
        PublicKey = row.Blob(3).ToArray(),
        Aaguid = row.Id(4),
        SignCount = row.Int64(5),
        IsSynced = row.Int64(6) != 0,
        IsBackedUp = row.Int64(7) != 0,
        IsSecondFactor = row.Int64(8) != 0,
        Transports = row.Text(9).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Name = row.TextOrNull(10),
        CreatedAt = row.Time(11),
        LastUsedAt = row.TimeOrNull(12),
    };
}
