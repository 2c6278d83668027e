using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Sqlite.Accounts;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Sessions;

/// <summary>
/// How sessions are added. There is one writer, so what is looked at first still holds at the insert, and what is
/// refused has written nothing.
/// </summary>
sealed partial class SqliteSessionStore
{
    public Task<SessionCreation> TryCreateAsync(Session session, SessionDevice device, SessionTerms terms) =>
        storage.Writer.RunAllAsync((session, device, terms), static SessionCreation (database, row) =>
        {
            if (FindClaims(database, row.session.AccountId, row.terms.SecurityStamp) is not { } claims)
                return new SessionCreation.AccountChanged();
            if (IsKeyRevoked(database, row.session.MacKeyId)) return new SessionCreation.KeyRevoked();
            if (MakeRoom(database, row.session.AccountId, row.terms.Most, row.device.CreatedAt) is not { } ended)
                return new SessionCreation.NoRoom();
            return Insert(database, row.session, row.device, claims, ended);
        });

    public Task<SessionCreation> TryChangePasswordAsync(PasswordChange change, Session session, SessionDevice device) =>
        storage.Writer.RunAllAsync((change, session, device), static SessionCreation (database, row) =>
        {
            var (account, now) = (row.change.AccountId, row.device.CreatedAt);
            if (FindClaims(database, account, row.change.SecurityStamp) is not { } claims) return new SessionCreation.AccountChanged();
            if (IsKeyRevoked(database, row.session.MacKeyId)) return new SessionCreation.KeyRevoked();
            if (FindOwnDevice(database, row.change.Caller, account, row.device) is not { } device)
                return new SessionCreation.CallerEnded();
            SqliteAccountStore.TrySetPassword(database, account, row.change.Password);
            EndOwn(database, row.change.Caller, account, EndReason.Replaced, now);
            var others = EndAll(database, account, EndReason.PasswordChanged, now);
            return Insert(database, row.session, device, claims, others + 1);
        });

    static AccountClaims? FindClaims(Connection database, Guid accountId, string stamp)
    {
        using var select = database.Use(SessionSql.Terms).Bind("@account", accountId).Bind("@stamp", stamp);
        return select.Step() ? AccountClaims.FromJson(select.TextOrNull(0)) : null;
    }

    static bool IsKeyRevoked(Connection database, int macKeyId)
    {
        using var select = database.Use(SessionSql.IsKeyRevoked).Bind("@mac_key_id", macKeyId);
        return select.Step();
    }

    /// <summary>Ends the idlest, so that there is room for one more; how many, or null where too few are idle.</summary>
    static int? MakeRoom(Connection database, Guid accountId, int most, DateTimeOffset now)
    {
        var (live, idle) = CountLive(database, accountId, now);
        var count = Math.Max(0, live - most + 1);
        if (count > idle) return null;
        if (count == 0) return 0;
        using var update = database.Use(SessionSql.EndIdlest).Bind("@account", accountId).Bind("@count", count);
        return BindEnd(update, EndReason.OverLimit, now).Run();
    }

    static (int Live, int Idle) CountLive(Connection database, Guid accountId, DateTimeOffset now)
    {
        using var select = database.Use(SessionSql.CountLive)
            .Bind("@account", accountId)
            .Bind("@now", now)
            .Bind("@idle_since", now - SessionTerms.Idleness);
        select.Step();
        return (select.Int32(0), select.Int32(1));
    }

    static SessionDevice? FindOwnDevice(Connection database, Guid id, Guid accountId, SessionDevice now)
    {
        using var select = database.Use(SessionSql.FindOwnDevice)
            .Bind("@id", id)
            .Bind("@account", accountId)
            .Bind("@now", now.CreatedAt);
        return select.Step() ? now with { Name = select.TextOrNull(0), UserAgent = select.TextOrNull(1) } : null;
    }

    static SessionCreation.Begun Insert(
        Connection database, Session session, SessionDevice device, AccountClaims claims, int ended)
    {
        using var insert = database.Use(SessionSql.Create);
        BindSession(insert, session);
        BindDevice(insert, device);
        insert.Run();
        return new(new SessionReading(session, null, AccountState.Active, claims), ended);
    }
}
