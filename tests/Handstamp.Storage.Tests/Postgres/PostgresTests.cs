using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>Tests for PostgreSQL only.</summary>
public abstract class PostgresTests : StoreContract<PostgresEngine>
{
    /// <summary>These tests also change tables, rights and sizes, so each of them has a schema of its own.</summary>
    protected PostgresTests() => Engine.IsReusable = false;

    /// <summary>Queries the database directly.</summary>
    protected async Task<T> AskAsync<T>(string sql) => (T)(await Engine.AskAsync(sql))!;

    /// <summary>Stores the given number of sessions of one account, in any database.</summary>
    private protected static async Task<List<Session>> StoreAsync(PostgresEngine engine, int count)
    {
        var account = Given.Account();
        await engine.Accounts.TryCreateAsync(account);
        var sessions = Enumerable.Range(0, count).Select(_ => Given.Session(account.Id)).ToList();
        foreach (var session in sessions) await engine.Sessions.TryCreateAsync(session, Given.Device);
        return sessions;
    }
}
