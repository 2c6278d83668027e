using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Accounts.SecondFactors;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.Accounts;

sealed class PostgresPasskeyStore(PostgresStorage storage) : IPasskeyStore
{
    const string Select = """
        SELECT id, account_id, credential_id, public_key, aaguid, sign_count, is_synced, is_backed_up, is_second_factor, transports,
          name, created_at, last_used_at
        FROM passkeys
        """;

    // Of several additions at the same moment, each waits for the one before it, and counts its passkey.
    static readonly Sql Lock = new("""
        SELECT 1 FROM accounts WHERE id = @account AND security_stamp = @stamp AND disabled_at IS NULL FOR UPDATE
        """);

    static readonly Sql Count = new("SELECT count(*) FROM passkeys WHERE account_id = @account");

    static readonly Sql Add = new("""
        INSERT INTO passkeys (id, account_id, credential_id, public_key, aaguid, sign_count, is_synced, is_backed_up, is_second_factor,
          transports, name, created_at, last_used_at)
        VALUES (@id, @account, @credential, @key, @aaguid, @count, @synced, @backed_up, @second, @transports, @name, @created_at, @last_used_at)
        ON CONFLICT (credential_id) DO NOTHING
        """);

    static readonly Sql List = new($"{Select} WHERE account_id = @account ORDER BY created_at, id");

    static readonly Sql Find = new($"{Select} WHERE credential_id = @credential");

    static readonly Sql Use = new("""
        UPDATE passkeys SET sign_count = @count, is_backed_up = @backed_up, last_used_at = @now
        WHERE id = @id AND (sign_count < @count OR (sign_count = 0 AND @count = 0))
        """);

    static readonly Sql Rename = new($"""
        WITH renamed AS (UPDATE passkeys SET name = @name WHERE id = @id AND account_id = @account RETURNING id)
        {EventSql.Insert(from: "FROM renamed")}
        """);

    // A password that only the former system can check is none that this service could let somebody in with.
    const string HasOtherWay = $"""
        (EXISTS (SELECT 1 FROM accounts WHERE id = @account AND password_hash <> '{Account.FormerPassword}')
          OR EXISTS (SELECT 1 FROM passkeys WHERE account_id = @account AND id <> @id)
          OR EXISTS (SELECT 1 FROM external_logins WHERE account_id = @account))
        """;

    static readonly Sql Exists = new("SELECT 1 FROM passkeys WHERE id = @id AND account_id = @account");

    static readonly Sql FindOtherWay = new($"SELECT 1 WHERE {HasOtherWay}");

    static readonly Sql Remove = new($"""
        DELETE FROM passkeys WHERE id = @id AND account_id = @account
          AND (@keeps_way = 0 OR {HasOtherWay})
          AND (@keeps_factor = 0 OR is_second_factor = 0 OR {SecondFactorSql.HasOther})
        """);

    public Task<PasskeyAddition> AddAsync(Passkey passkey, string securityStamp, Event added) =>
        storage.Database.TransactAsync((passkey, securityStamp, added), static async (connection, one) =>
        {
            var account = one.passkey.AccountId;
            var locked = await Lock.Call().Bind("@account", account).Bind("@stamp", one.securityStamp).FindAsync(connection, static _ => true);
            if (!locked) return PasskeyAddition.AccountChanged;
            if (await Count.Call().Bind("@account", account).FindAsync(connection, static row => row.Int64(0)) >= Passkey.Most)
                return PasskeyAddition.NoRoom;
            if (!await InsertAsync(connection, one.passkey)) return PasskeyAddition.Taken;
            await PostgresEventStore.AddAsync(connection, one.added);
            return PasskeyAddition.Added;
        }, kept: static addition => addition == PasskeyAddition.Added);

    public Task<IReadOnlyList<Passkey>> ListAsync(Guid accountId, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(List.Call().Bind("@account", accountId), Read);

    public Task<Passkey?> FindAsync(byte[] credentialId, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, Find.Call().Bind("@credential", credentialId), Read);

    // Not repeated: the second run would find the counter that the first one has written.
    public async Task<bool> TryUseAsync(Guid id, long signCount, bool isBackedUp, DateTimeOffset now) =>
        await storage.Database.RunAsync(Work.WriteOnce, Use.Call()
            .Bind("@id", id)
            .Bind("@count", signCount)
            .Bind("@backed_up", Flag(isBackedUp))
            .Bind("@now", now)) == 1;

    public async Task<bool> TryRenameAsync(Guid id, Guid accountId, string? name, Event renamed)
    {
        var update = Rename.Call().Bind("@id", id).Bind("@account", accountId).Bind("@name", name);
        return await storage.Database.RunAsync(Work.WriteOnce, update.BindEvent(renamed)) == 1;
    }

    public Task<PasskeyRemoval> TryRemoveAsync(Guid id, Guid accountId, AccountKeeps keeps, Event removed) =>
        storage.Database.TransactAsync((id, accountId, keeps, removed), static async (connection, one) =>
        {
            // The removal of another way to log in, or of another factor, waits for this row.
            await SecondFactorSql.Lock.Call().Bind("@account", one.accountId).FindAsync(connection, static _ => true);
            if (!await Prepare(Exists, one.id, one.accountId).FindAsync(connection, static _ => true)) return PasskeyRemoval.NotFound;
            var delete = Prepare(Remove, one.id, one.accountId)
                .Bind("@keeps_way", Flag(one.keeps.WayToLogIn))
                .Bind("@keeps_factor", Flag(one.keeps.SecondFactor));
            if (await delete.RunAsync(connection) == 0)
                return one.keeps.WayToLogIn && !await Prepare(FindOtherWay, one.id, one.accountId).FindAsync(connection, static _ => true)
                    ? PasskeyRemoval.IsLast
                    : PasskeyRemoval.IsLastFactor;
            await Prepare(SecondFactorSql.ForgetCodesOfNothing, one.id, one.accountId).RunAsync(connection);
            await PostgresEventStore.AddAsync(connection, one.removed);
            return PasskeyRemoval.Removed;
        }, kept: static removal => removal == PasskeyRemoval.Removed);

    /// <summary>Adds a passkey, in the transaction of something else; false if there is one with its credential id.</summary>
    public static async Task<bool> InsertAsync(NpgsqlConnection connection, Passkey passkey) =>
        await Bind(Add.Call(), passkey).RunAsync(connection) == 1;

    static Call Prepare(Sql sql, Guid id, Guid accountId) => sql.Call().Bind("@id", (Guid?)id).Bind("@account", accountId);

    static Call Bind(Call call, Passkey passkey) => call
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

    static int Flag(bool value) => value ? 1 : 0;

    static Passkey Read(Row row) => new()
    {
        Id = row.Id(0),
        AccountId = row.Id(1),
        CredentialId = row.Blob(2),
        PublicKey = row.Blob(3),
        Aaguid = row.Id(4),
        SignCount = row.Int64(5),
        IsSynced = row.Int16(6) != 0,
        IsBackedUp = row.Int16(7) != 0,
        IsSecondFactor = row.Int16(8) != 0,
        Transports = row.Text(9).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Name = row.TextOrNull(10),
        CreatedAt = row.Time(11),
        LastUsedAt = row.TimeOrNull(12),
    };
}
