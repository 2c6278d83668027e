using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>What PostgreSQL alone has to show.</summary>
public abstract class PostgresTests : StoreContract<PostgresEngine>
{
    /// <summary>Asks the database past the stores.</summary>
    protected async Task<T> AskAsync<T>(string sql) => (T)(await Engine.AskAsync(sql))!;

    /// <summary>So many sessions of one account, in whichever database.</summary>
    private protected static async Task<List<Session>> StoreAsync(PostgresEngine engine, int count)
    {
        var account = Given.Account();
        await engine.Accounts.TryCreateAsync(account);
        var sessions = Enumerable.Range(0, count).Select(_ => Given.Session(account.Id)).ToList();
        foreach (var session in sessions) await engine.Sessions.TryCreateAsync(session, Given.Device);
        return sessions;
    }
}
