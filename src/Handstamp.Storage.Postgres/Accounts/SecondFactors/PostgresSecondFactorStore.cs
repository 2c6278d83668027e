using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.Accounts.SecondFactors;

/// <summary>A change of several rows first locks the account's row.</summary>
sealed class PostgresSecondFactorStore(PostgresStorage storage) : ISecondFactorStore
{
    public async Task<bool> TryAddPendingAsync(TotpApp app) =>
        await storage.Database.RunAsync(Work.WriteAgain, SecondFactorSql.AddPending.Call()
            .Bind("@id", app.Id)
            .Bind("@account", app.AccountId)
            .Bind("@sealed", app.Sealed)
            .Bind("@created_at", app.CreatedAt)
            .Bind("@last_step", app.LastStep)) == 1;

    public Task<TotpApp?> FindPendingAsync(Guid accountId, DateTimeOffset since, CancellationToken cancel) => storage.Database.FindAsync(
        Work.Read, SecondFactorSql.FindPending.Call().Bind("@account", accountId).Bind("@since", since), Read);

    public Task<TotpConfirmation> TryConfirmAsync(TotpUse first, string? name, int most, IReadOnlyList<RecoveryCode> codes, Event added) =>
        storage.Database.TransactAsync((first, name, most, codes, added), static async (connection, change) =>
        {
            var (first, account) = (change.first, change.first.AccountId);
            if (!await LockAsync(connection, account)) return TotpConfirmation.Gone;
            if (await Bind(SecondFactorSql.Confirm, first).Bind("@name", change.name).Bind("@most", change.most).RunAsync(connection) == 0)
                return await IsAsync(connection, SecondFactorSql.IsPending, account, first.Id) ? TotpConfirmation.TooMany : TotpConfirmation.Gone;
            await PostgresEventStore.AddAsync(connection, change.added);
            await RunAsync(connection, SecondFactorSql.EndGrace, account);
            if (await CountCall(account).FindAsync(connection, static row => row.Int32(0)) > 0) return TotpConfirmation.Confirmed;
            await AddCodesAsync(connection, account, change.codes);
            return change.codes.Count > 0 ? TotpConfirmation.ConfirmedWithCodes : TotpConfirmation.Confirmed;
        }, kept: static confirmed => confirmed is TotpConfirmation.Confirmed or TotpConfirmation.ConfirmedWithCodes);

    public Task<IReadOnlyList<TotpApp>> ListAsync(Guid accountId, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(SecondFactorSql.List.Call().Bind("@account", accountId), Read);

    // Not repeated: the second run would mistake the first one for another caller.
    public async Task<bool> TryUseAsync(TotpUse use) =>
        await storage.Database.RunAsync(Work.WriteOnce, Bind(SecondFactorSql.Use, use)) == 1;

    public Task<int> CountCodesAsync(Guid accountId, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, CountCall(accountId), static row => row.Int32(0));

    public Task<IReadOnlyList<RecoveryCode>> ListCodesAsync(Guid accountId, CancellationToken cancel) => storage.Database.ReadAllAsync(
        SecondFactorSql.ListCodes.Call().Bind("@account", accountId), static row => new RecoveryCode(row.Blob(0), row.IsNull(1) ? null : row.Blob(1)));

    public async Task<bool> TryUseCodeAsync(Guid accountId, byte[] mac, Event used) => await storage.Database.RunAsync(
        Work.WriteOnce, SecondFactorSql.UseCode.Call().Bind("@account", accountId).Bind("@mac", mac).BindEvent(used)) == 1;

    public Task<bool> TryReplaceCodesAsync(Guid accountId, IReadOnlyList<RecoveryCode> codes, Event renewed) =>
        storage.Database.TransactAsync((accountId, codes, renewed), static async (connection, change) =>
        {
            var account = change.accountId;
            if (!await LockAsync(connection, account) || !await IsAsync(connection, SecondFactorSql.HasAny, account, id: null)) return false;
            await RunAsync(connection, SecondFactorSql.ForgetCodes, account);
            await AddCodesAsync(connection, account, change.codes);
            await PostgresEventStore.AddAsync(connection, change.renewed);
            return true;
        }, kept: static replaced => replaced);

    public Task<TotpRemoval> TryRemoveAsync(Guid accountId, Guid id, bool keepsOne, Event removed) =>
        storage.Database.TransactAsync((accountId, id, keepsOne, removed), static async (connection, change) =>
        {
            var (account, id) = (change.accountId, change.id);
            if (!await LockAsync(connection, account)) return TotpRemoval.NotFound;
            var remove = SecondFactorSql.Remove.Call().Bind("@account", account).Bind("@id", (Guid?)id).Bind("@keeps_one", change.keepsOne ? 1 : 0);
            if (await remove.RunAsync(connection) == 0)
                return await IsAsync(connection, SecondFactorSql.Exists, account, id) ? TotpRemoval.IsLast : TotpRemoval.NotFound;
            await SecondFactorSql.ForgetCodesOfNothing.Call().Bind("@account", account).Bind("@id", (Guid?)id).RunAsync(connection);
            await PostgresEventStore.AddAsync(connection, change.removed);
            return TotpRemoval.Removed;
        }, kept: static removal => removal == TotpRemoval.Removed);

    public Task<bool> TryResetAsync(Guid accountId, Event reset) =>
        storage.Database.TransactAsync((accountId, reset), static async (connection, change) =>
        {
            if (!await LockAsync(connection, change.accountId) || await ForgetAsync(connection, change.accountId) == 0) return false;
            await PostgresEventStore.AddAsync(connection, change.reset);
            return true;
        }, kept: static done => done);

    public Task<DateTimeOffset> BeginGraceAsync(Guid accountId, DateTimeOffset now) => storage.Database.FindAsync(
        Work.WriteAgain, SecondFactorSql.BeginGrace.Call().Bind("@account", accountId).Bind("@now", now), static row => row.Time(0));

    /// <summary>Adds confirmed apps and codes of a new account, in the transaction that adds it.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, Guid account, IReadOnlyList<TotpApp> apps, IReadOnlyList<RecoveryCode> codes)
    {
        foreach (var app in apps)
            await SecondFactorSql.AddConfirmed.Call()
                .Bind("@id", app.Id)
                .Bind("@account", account)
                .Bind("@name", app.Name)
                .Bind("@sealed", app.Sealed)
                .Bind("@created_at", app.CreatedAt)
                .Bind("@last_used_at", app.LastUsedAt)
                .Bind("@last_step", app.LastStep)
                .RunAsync(connection);
        await AddCodesAsync(connection, account, codes);
    }

    /// <summary>Removes all second factors of an account, in the transaction of a change; returns how many rows there were.</summary>
    public static async Task<int> ForgetAsync(NpgsqlConnection connection, Guid account) =>
        await RunAsync(connection, SecondFactorSql.Reset, account)
        + await RunAsync(connection, SecondFactorSql.ForgetCodes, account)
        + await RunAsync(connection, SecondFactorSql.EndGrace, account);

    static async Task<bool> LockAsync(NpgsqlConnection connection, Guid account) =>
        await SecondFactorSql.Lock.Call().Bind("@account", account).FindAsync(connection, static _ => true);

    static Task<int> RunAsync(NpgsqlConnection connection, Sql sql, Guid account) =>
        sql.Call().Bind("@account", account).RunAsync(connection);

    static async Task<bool> IsAsync(NpgsqlConnection connection, Sql sql, Guid account, Guid? id) =>
        await sql.Call().Bind("@account", account).Bind("@id", id).FindAsync(connection, static _ => true);

    static async Task AddCodesAsync(NpgsqlConnection connection, Guid account, IReadOnlyList<RecoveryCode> codes)
    {
        foreach (var code in codes)
            await SecondFactorSql.AddCode.Call()
                .Bind("@account", account)
                .Bind("@mac", code.Mac)
                .Bind("@sealed", code.Sealed)
                .RunAsync(connection);
    }

    static Call CountCall(Guid account) => SecondFactorSql.CountCodes.Call().Bind("@account", account);

    static Call Bind(Sql sql, TotpUse use) => sql.Call()
        .Bind("@id", use.Id)
        .Bind("@account", use.AccountId)
        .Bind("@step", use.Step)
        .Bind("@now", use.At);

    static TotpApp Read(Row row) => new()
    {
        Id = row.Id(0),
        AccountId = row.Id(1),
        Name = row.TextOrNull(2),
        Sealed = row.Blob(3),
        CreatedAt = row.Time(4),
        LastUsedAt = row.TimeOrNull(5),
        LastStep = row.Int64(6),
    };
}
