using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Sqlite.Accounts;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Sessions;

/// <summary>
/// How sessions are added. There is one writer, so what was checked first still holds at the insert, and a refused
/// login has written nothing.
/// </summary>
sealed partial class SqliteSessionStore
{
    public Task<SessionCreation> TryCreateAsync(Session session, SessionDevice device, SessionTerms terms) =>
        storage.Writer.RunAllAsync((session, device, terms), static SessionCreation (database, row) =>
        {
            if (FindClaims(database, row.session.AccountId, row.terms.SecurityStamp) is not { } claims)
                return new SessionCreation.AccountChanged();
            if (IsKeyRevoked(database, row.session.MacKeyId)) return new SessionCreation.KeyRevoked();
            if (row.terms.From is { } from && HasMoved(database, from, row.device)) return new SessionCreation.AlreadyMoved();
            var (hasRoom, ended) = MakeRoom(database, row.session.AccountId, row.terms.Most, row.device);
            if (!hasRoom) return new SessionCreation.NoRoom();
            if (row.terms.From is not null) Move(database, row.terms.From, row.session, row.device);
            return Insert(database, row.session, row.device, claims, [.. Some(ended), row.terms.Begun(row.session, row.device)]);
        });

    public Task<SessionCreation> TryChangePasswordAsync(PasswordChange change, Session session, SessionDevice device) =>
        storage.Writer.RunAllAsync((change, session, device), static SessionCreation (database, row) =>
        {
            var (account, by, now) = (row.change.AccountId, row.device.By, row.device.CreatedAt);
            if (FindClaims(database, account, row.change.SecurityStamp) is not { } claims) return new SessionCreation.AccountChanged();
            if (IsKeyRevoked(database, row.session.MacKeyId)) return new SessionCreation.KeyRevoked();
            if (FindOwnDevice(database, row.change.Caller, account, row.device) is not { } device)
                return new SessionCreation.CallerEnded();
            SqliteAccountStore.TrySetPassword(database, account, row.change.Password);
            var changed = SqliteEventStore.Add(database, by.Does(EventKind.AccountPasswordChanged, now) with { AccountId = account, Notice = row.change.Notice });
            EndCaller(database, row.change.Caller, account, by.Ends(EndReason.Replaced, now));
            var ended = EndAll(database, account, by.Ends(EndReason.PasswordChanged, now), before: 1);
            return Insert(
                database, row.session, device, claims, [changed, .. Some(ended), row.session.Begun(row.device, EndReason.Replaced)]);
        });

    static bool HasMoved(Connection database, FormerToken token, SessionDevice device)
    {
        using var select = database.Use(SessionSql.FindMoved).Bind("@token", token.Hash).Bind("@now", device.CreatedAt);
        return select.Step();
    }

    /// <summary>Notes which session the token of the former system begins.</summary>
    static void Move(Connection database, FormerToken token, Session session, SessionDevice device)
    {
        using var insert = database.Use(SessionSql.Move)
            .Bind("@token", token.Hash)
            .Bind("@id", session.Id)
            .Bind("@expires_at", token.Until)
            .Bind("@now", device.CreatedAt);
        insert.Run();
    }

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

    /// <summary>
    /// Ends the session that has been idle longest, so that there is room for one more; false if too few are idle.
    /// </summary>
    static (bool HasRoom, Event? Ended) MakeRoom(Connection database, Guid accountId, int most, SessionDevice device)
    {
        var (live, idle) = CountLive(database, accountId, device.CreatedAt);
        var count = Math.Max(0, live - most + 1);
        if (count > idle) return (false, null);
        if (count == 0) return (true, null);
        var ending = device.By.BySystem().Ends(EndReason.OverLimit, device.CreatedAt);
        using var update = database.Use(SessionSql.EndIdlest).Bind("@account", accountId).Bind("@count", count);
        return (true, AddEvent(database, ending.OfAll(accountId), BindEnd(update, ending).Run()));
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

    static void EndCaller(Connection database, Guid id, Guid accountId, SessionEnding ending)
    {
        using var update = database.Use(SessionSql.EndOwn).Bind("@id", id).Bind("@account", accountId);
        BindEnd(update, ending).Run();
    }

    static IEnumerable<Event> Some(Event? ended) => ended is null ? [] : [ended];

    /// <summary>Adds the session and its event, which is written after all others.</summary>
    static SessionCreation.Begun Insert(
        Connection database, Session session, SessionDevice device, AccountClaims claims, IReadOnlyList<Event> events)
    {
        using var insert = database.Use(SessionSql.Create);
        BindSession(insert, session);
        BindDevice(insert, device);
        insert.Run();
        SqliteEventStore.Add(database, events[^1]);
        return new(new SessionReading(session, null, AccountState.Active, claims), events);
    }
}
