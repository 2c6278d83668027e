using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Postgres.Accounts;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Outbox;
using Npgsql;

namespace Handstamp.Storage.Postgres.Sessions;

/// <summary>
/// How sessions are added: several statements, each of which sees what was committed before it. The conditions are
/// locked first, in the order in which all other transactions lock these rows: the account, the key, the sessions. Not
/// repeated, like all transactions: a second run could not tell whether the first was kept. Nobody has the session's
/// token yet.
/// </summary>
sealed partial class PostgresSessionStore
{
    public Task<SessionCreation> TryCreateAsync(Session session, SessionDevice device, SessionTerms terms) =>
        storage.Database.TransactAsync((session, device, terms), static async Task<SessionCreation> (connection, row) =>
        {
            if (await HoldTermsAsync(connection, row.session.AccountId, row.terms.SecurityStamp) is not { } claims)
                return new SessionCreation.AccountChanged();
            if (await IsKeyRevokedAsync(connection, row.session.MacKeyId)) return new SessionCreation.KeyRevoked();
            if (!await TryMoveAsync(connection, row.session, row.device, row.terms.From)) return new SessionCreation.AlreadyMoved();
            var (hasRoom, ended) = await MakeRoomAsync(connection, row.session.AccountId, row.terms.Most, row.device);
            if (!hasRoom) return new SessionCreation.NoRoom();
            return await InsertAsync(connection, row.session, row.device, claims, [.. Some(ended), row.terms.Begun(row.session, row.device)]);
        }, kept: static creation => creation is SessionCreation.Begun);

    public Task<SessionCreation> TryChangePasswordAsync(PasswordChange change, Session session, SessionDevice device) =>
        storage.Database.TransactAsync((change, session, device), static async Task<SessionCreation> (connection, row) =>
        {
            var (account, by, now) = (row.change.AccountId, row.device.By, row.device.CreatedAt);
            if (await HoldTermsAsync(connection, account, row.change.SecurityStamp) is not { } claims)
                return new SessionCreation.AccountChanged();
            if (await IsKeyRevokedAsync(connection, row.session.MacKeyId)) return new SessionCreation.KeyRevoked();
            if (await EndCallerAsync(connection, row.change.Caller, account, row.device) is not { } device)
                return new SessionCreation.CallerEnded();
            await PostgresAccountStore.CallToSetPassword(account, row.change.Password).RunAsync(connection);
            var changed = await PostgresEventStore.AddAsync(connection, by.Does(EventKind.AccountPasswordChanged, now) with { AccountId = account, Notice = row.change.Notice });
            var ended = await EndAllAsync(connection, account, by.Ends(EndReason.PasswordChanged, now), before: 1);
            return await InsertAsync(
                connection, row.session, device, claims, [changed, .. Some(ended), row.session.Begun(row.device, EndReason.Replaced)]);
        }, kept: static creation => creation is SessionCreation.Begun);

    /// <summary>
    /// Notes which session the token of the former system begins; false if it has begun another one. A second caller waits here for
    /// the first one.
    /// </summary>
    static async Task<bool> TryMoveAsync(NpgsqlConnection connection, Session session, SessionDevice device, FormerToken? from) =>
        from is null || await SessionSql.Move.Call()
            .Bind("@token", from.Hash)
            .Bind("@id", session.Id)
            .Bind("@expires_at", from.Until)
            .Bind("@now", device.CreatedAt)
            .RunAsync(connection) == 1;

    static Task<AccountClaims?> HoldTermsAsync(NpgsqlConnection connection, Guid accountId, string stamp) =>
        SessionSql.HoldTerms.Call().Bind("@account", accountId).Bind("@stamp", stamp)
            .FindAsync(connection, static row => AccountClaims.FromJson(row.TextOrNull(0)));

    static async Task<bool> IsKeyRevokedAsync(NpgsqlConnection connection, int macKeyId) =>
        await SessionSql.HoldKey.Call().Bind("@mac_key_id", macKeyId)
            .FindAsync(connection, static row => row.TimeOrNull(0)) is not null;

    /// <summary>
    /// Ends the session that has been idle longest, so that there is room for one more; false if too few are idle.
    /// </summary>
    static async Task<(bool HasRoom, Event? Ended)> MakeRoomAsync(
        NpgsqlConnection connection, Guid accountId, int most, SessionDevice device)
    {
        var now = device.CreatedAt;
        var live = await SessionSql.CountLive.Call().Bind("@account", accountId).Bind("@now", now)
            .FindAsync(connection, static row => row.Int32(0));
        if (live < most) return (true, null);
        var ending = device.By.BySystem().Ends(EndReason.OverLimit, now);
        var ended = ending.OfAll(accountId);
        var end = SessionSql.EndIdlest.Call()
            .Bind("@account", accountId)
            .Bind("@count", live - most + 1)
            .Bind("@idle_since", now - SessionTerms.Idleness);
        BindEnd(end, ending).BindWhatIsKnown(ended);
        var count = await end.FindAsync(connection, static row => row.Int32(0));
        return (count > live - most, ended with { Count = count });
    }

    /// <summary>Ends all of the account's sessions, inside the caller's transaction.</summary>
    public static async Task<Event?> EndAllAsync(
        NpgsqlConnection connection, Guid accountId, SessionEnding ending, int before = 0)
    {
        var ended = ending.OfAll(accountId);
        var count = await EndOfAccount(ended, ending, before).FindAsync(connection, static row => row.Int32(0));
        return count == 0 ? null : ended with { Count = count };
    }

    static IEnumerable<Event> Some(Event? ended) => ended is null ? [] : [ended];

    /// <summary>Ends the session of the caller. Returns its device, or null if it has already ended.</summary>
    static Task<SessionDevice?> EndCallerAsync(NpgsqlConnection connection, Guid id, Guid accountId, SessionDevice now)
    {
        var end = SessionSql.EndOwnDevice.Call().Bind("@id", id).Bind("@account", accountId);
        return BindEnd(end, now.By.Ends(EndReason.Replaced, now.CreatedAt)).FindAsync(
            connection, row => now with { Name = row.TextOrNull(0), UserAgent = row.TextOrNull(1) });
    }

    /// <summary>Adds the session and its event, which is written after all others.</summary>
    static async Task<SessionCreation> InsertAsync(
        NpgsqlConnection connection, Session session, SessionDevice device, AccountClaims claims, IReadOnlyList<Event> events)
    {
        var insert = SessionSql.Create.Call();
        BindSession(insert, session);
        BindDevice(insert, device).BindEvent(events[^1]);
        await insert.RunAsync(connection);
        if (device.Notice is { } notice) await PostgresOutboxStore.CallToAdd(notice).RunAsync(connection);
        return new SessionCreation.Begun(new SessionReading(session, null, AccountState.Active, claims), events);
    }
}
