using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Postgres.Accounts;
using Npgsql;

namespace Handstamp.Storage.Postgres.Sessions;

/// <summary>
/// How sessions are added: several statements, each of which sees what was committed before it. What has to hold is
/// held first, by whoever else holds these rows too in the same order: the account, the key, the sessions.
/// Once, as all transactions: whether a first run was kept, a second could not tell. Nobody has the session's token yet.
/// </summary>
sealed partial class PostgresSessionStore
{
    public Task<SessionCreation> TryCreateAsync(Session session, SessionDevice device, SessionTerms terms) =>
        storage.Database.TransactAsync((session, device, terms), static async Task<SessionCreation> (connection, row) =>
        {
            if (await HoldTermsAsync(connection, row.session.AccountId, row.terms.SecurityStamp) is not { } claims)
                return new SessionCreation.AccountChanged();
            if (await IsKeyRevokedAsync(connection, row.session.MacKeyId)) return new SessionCreation.KeyRevoked();
            if (await MakeRoomAsync(connection, row.session.AccountId, row.terms.Most, row.device.CreatedAt) is not { } ended)
                return new SessionCreation.NoRoom();
            return await InsertAsync(connection, row.session, row.device, claims, ended);
        }, kept: static creation => creation is SessionCreation.Begun);

    public Task<SessionCreation> TryChangePasswordAsync(PasswordChange change, Session session, SessionDevice device) =>
        storage.Database.TransactAsync((change, session, device), static async Task<SessionCreation> (connection, row) =>
        {
            var (account, now) = (row.change.AccountId, row.device.CreatedAt);
            if (await HoldTermsAsync(connection, account, row.change.SecurityStamp) is not { } claims)
                return new SessionCreation.AccountChanged();
            if (await IsKeyRevokedAsync(connection, row.session.MacKeyId)) return new SessionCreation.KeyRevoked();
            if (await EndCallerAsync(connection, row.change.Caller, account, row.device) is not { } device)
                return new SessionCreation.CallerEnded();
            await PostgresAccountStore.CallToSetPassword(account, row.change.Password).RunAsync(connection);
            var others = await EndOfAccount(account, EndReason.PasswordChanged, now).RunAsync(connection);
            return await InsertAsync(connection, row.session, device, claims, others + 1);
        }, kept: static creation => creation is SessionCreation.Begun);

    static Task<AccountClaims?> HoldTermsAsync(NpgsqlConnection connection, Guid accountId, string stamp) =>
        SessionSql.HoldTerms.Call().Bind("@account", accountId).Bind("@stamp", stamp)
            .FindAsync(connection, static row => AccountClaims.FromJson(row.TextOrNull(0)));

    static async Task<bool> IsKeyRevokedAsync(NpgsqlConnection connection, int macKeyId) =>
        await SessionSql.HoldKey.Call().Bind("@mac_key_id", macKeyId)
            .FindAsync(connection, static row => row.TimeOrNull(0)) is not null;

    /// <summary>Ends the idlest, so that there is room for one more; how many, or null where too few are idle.</summary>
    static async Task<int?> MakeRoomAsync(NpgsqlConnection connection, Guid accountId, int most, DateTimeOffset now)
    {
        var live = await SessionSql.CountLive.Call().Bind("@account", accountId).Bind("@now", now)
            .FindAsync(connection, static row => row.Int32(0));
        if (live < most) return 0;
        var end = SessionSql.EndIdlest.Call()
            .Bind("@account", accountId)
            .Bind("@count", live - most + 1)
            .Bind("@idle_since", now - SessionTerms.Idleness);
        var ended = await BindEnd(end, EndReason.OverLimit, now).RunAsync(connection);
        return ended > live - most ? ended : null;
    }

    /// <summary>Ends the session that asked; the device that it was on, or null when it has ended already.</summary>
    static Task<SessionDevice?> EndCallerAsync(NpgsqlConnection connection, Guid id, Guid accountId, SessionDevice now)
    {
        var end = SessionSql.EndOwnDevice.Call().Bind("@id", id).Bind("@account", accountId);
        return BindEnd(end, EndReason.Replaced, now.CreatedAt).FindAsync(
            connection, row => now with { Name = row.TextOrNull(0), UserAgent = row.TextOrNull(1) });
    }

    static async Task<SessionCreation> InsertAsync(
        NpgsqlConnection connection, Session session, SessionDevice device, AccountClaims claims, int ended)
    {
        var insert = SessionSql.Create.Call();
        BindSession(insert, session);
        BindDevice(insert, device);
        await insert.RunAsync(connection);
        return new SessionCreation.Begun(new SessionReading(session, null, AccountState.Active, claims), ended);
    }
}
