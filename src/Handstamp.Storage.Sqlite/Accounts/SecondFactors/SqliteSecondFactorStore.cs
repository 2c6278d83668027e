using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Accounts.SecondFactors;

sealed class SqliteSecondFactorStore(SqliteStorage storage) : ISecondFactorStore
{
    public Task<bool> TryAddPendingAsync(TotpApp app) =>
        storage.Writer.RunAsync(app, static (database, app) =>
        {
            using var insert = database.Use(SecondFactorSql.AddPending)
                .Bind("@id", app.Id)
                .Bind("@account", app.AccountId)
                .Bind("@sealed", app.Sealed)
                .Bind("@created_at", app.CreatedAt)
                .Bind("@last_step", app.LastStep);
            return insert.Run() == 1;
        });

    public Task<TotpApp?> FindPendingAsync(Guid accountId, DateTimeOffset since, CancellationToken cancel) =>
        storage.Readers.ReadAsync((accountId, since), static (database, asked) =>
        {
            using var select = database.Use(SecondFactorSql.FindPending).Bind("@account", asked.accountId).Bind("@since", asked.since);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<TotpConfirmation> TryConfirmAsync(TotpUse first, string? name, int most, IReadOnlyList<RecoveryCode> codes, Event added) =>
        storage.Writer.RunAllAsync((first, name, most, codes, added), static (database, change) =>
        {
            var account = change.first.AccountId;
            using var update = Bind(database.Use(SecondFactorSql.Confirm), change.first).Bind("@name", change.name).Bind("@most", change.most);
            if (update.Run() == 0)
                return Is(database, SecondFactorSql.IsPending, account, change.first.Id) ? TotpConfirmation.TooMany : TotpConfirmation.Gone;
            SqliteEventStore.Add(database, change.added);
            Run(database, SecondFactorSql.EndGrace, account);
            if (Count(database, account) > 0) return TotpConfirmation.Confirmed;
            AddCodes(database, account, change.codes);
            return change.codes.Count > 0 ? TotpConfirmation.ConfirmedWithCodes : TotpConfirmation.Confirmed;
        });

    public Task<IReadOnlyList<TotpApp>> ListAsync(Guid accountId, CancellationToken cancel) =>
        storage.Readers.ReadAsync(accountId, static (database, account) =>
        {
            using var select = database.Use(SecondFactorSql.List).Bind("@account", account);
            return select.ReadAll(Read);
        }, cancel);

    public Task<bool> TryUseAsync(TotpUse use) =>
        storage.Writer.RunAsync(use, static (database, use) =>
        {
            using var update = Bind(database.Use(SecondFactorSql.Use), use);
            return update.Run() == 1;
        });

    public Task<int> CountCodesAsync(Guid accountId, CancellationToken cancel) =>
        storage.Readers.ReadAsync(accountId, static (database, account) => Count(database, account), cancel);

    public Task<IReadOnlyList<RecoveryCode>> ListCodesAsync(Guid accountId, CancellationToken cancel) =>
        storage.Readers.ReadAsync(accountId, static (database, account) =>
        {
            using var select = database.Use(SecondFactorSql.ListCodes).Bind("@account", account);
            return select.ReadAll(row => new RecoveryCode(row.Blob(0).ToArray(), row.IsNull(1) ? null : row.Blob(1).ToArray()));
        }, cancel);

    public Task<bool> TryUseCodeAsync(Guid accountId, byte[] mac, Event used) =>
        storage.Writer.RunAllAsync((accountId, mac, used), static (database, given) =>
        {
            using var delete = database.Use(SecondFactorSql.UseCode).Bind("@account", given.accountId).Bind("@mac", given.mac);
            if (delete.Run() == 0) return false;
            SqliteEventStore.Add(database, given.used);
            return true;
        });

    public Task<bool> TryReplaceCodesAsync(Guid accountId, IReadOnlyList<RecoveryCode> codes, Event renewed) =>
        storage.Writer.RunAllAsync((accountId, codes, renewed), static (database, change) =>
        {
            if (!Is(database, SecondFactorSql.HasAny, change.accountId, id: null)) return false;
            Run(database, SecondFactorSql.ForgetCodes, change.accountId);
            AddCodes(database, change.accountId, change.codes);
            SqliteEventStore.Add(database, change.renewed);
            return true;
        });

    public Task<TotpRemoval> TryRemoveAsync(Guid accountId, Guid id, bool keepsOne, Event removed) =>
        storage.Writer.RunAllAsync((accountId, id, keepsOne, removed), static (database, change) =>
        {
            var (account, id) = (change.accountId, change.id);
            using var delete = database.Use(SecondFactorSql.Remove)
                .Bind("@account", account)
                .Bind("@id", id)
                .Bind("@keeps_one", change.keepsOne ? 1 : 0);
            if (delete.Run() == 0) return Is(database, SecondFactorSql.Exists, account, id) ? TotpRemoval.IsLast : TotpRemoval.NotFound;
            using var forget = database.Use(SecondFactorSql.ForgetCodesOfNothing).Bind("@account", account).Bind("@id", id);
            forget.Run();
            SqliteEventStore.Add(database, change.removed);
            return TotpRemoval.Removed;
        });

    public Task<bool> TryResetAsync(Guid accountId, Event reset) =>
        storage.Writer.RunAllAsync((accountId, reset), static (database, change) =>
        {
            if (Forget(database, change.accountId) == 0) return false;
            SqliteEventStore.Add(database, change.reset);
            return true;
        });

    public Task<DateTimeOffset> BeginGraceAsync(Guid accountId, DateTimeOffset now) =>
        storage.Writer.RunAllAsync((accountId, now), static (database, asked) =>
        {
            using var insert = database.Use(SecondFactorSql.BeginGrace).Bind("@account", asked.accountId).Bind("@now", asked.now);
            insert.Run();
            using var select = database.Use(SecondFactorSql.Grace).Bind("@account", asked.accountId);
            select.Step();
            return select.Time(0);
        });

    /// <summary>Adds confirmed apps and codes of a new account, in the transaction that adds it.</summary>
    public static void Add(Connection database, Guid account, IReadOnlyList<TotpApp> apps, IReadOnlyList<RecoveryCode> codes)
    {
        foreach (var app in apps)
        {
            using var insert = database.Use(SecondFactorSql.AddConfirmed)
                .Bind("@id", app.Id)
                .Bind("@account", account)
                .Bind("@name", app.Name)
                .Bind("@sealed", app.Sealed)
                .Bind("@created_at", app.CreatedAt)
                .Bind("@last_used_at", app.LastUsedAt)
                .Bind("@last_step", app.LastStep);
            insert.Run();
        }
        AddCodes(database, account, codes);
    }

    /// <summary>Removes all second factors of an account, in the transaction of a change; returns how many rows there were.</summary>
    public static int Forget(Connection database, Guid account) =>
        Run(database, SecondFactorSql.Reset, account)
        + Run(database, SecondFactorSql.ForgetCodes, account)
        + Run(database, SecondFactorSql.EndGrace, account);

    static int Run(Connection database, string sql, Guid account)
    {
        using var statement = database.Use(sql).Bind("@account", account);
        return statement.Run();
    }

    static bool Is(Connection database, string sql, Guid account, Guid? id)
    {
        using var select = database.Use(sql).Bind("@account", account).Bind("@id", id);
        return select.Step();
    }

    static int Count(Connection database, Guid account)
    {
        using var select = database.Use(SecondFactorSql.CountCodes).Bind("@account", account);
        select.Step();
        return select.Int32(0);
    }

    static void AddCodes(Connection database, Guid account, IReadOnlyList<RecoveryCode> codes)
    {
        foreach (var code in codes)
        {
            using var insert = database.Use(SecondFactorSql.AddCode)
                .Bind("@account", account)
                .Bind("@mac", code.Mac)
                .Bind("@sealed", code.Sealed);
            insert.Run();
        }
    }

    static Statement Bind(Statement statement, TotpUse use) => statement
        .Bind("@id", use.Id)
        .Bind("@account", use.AccountId)
        .Bind("@step", use.Step)
        .Bind("@now", use.At);

    static TotpApp Read(Statement row) => new()
    {
        Id = row.Id(0),
        AccountId = row.Id(1),
        Name = row.TextOrNull(2),
        Sealed = row.Blob(3).ToArray(),
        CreatedAt = row.Time(4),
        LastUsedAt = row.TimeOrNull(5),
        LastStep = row.Int64(6),
    };
}
