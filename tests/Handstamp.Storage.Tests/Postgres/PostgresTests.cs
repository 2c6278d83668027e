namespace Handstamp.Storage.Tests.Postgres;

/// <summary>What PostgreSQL alone has to show.</summary>
public abstract class PostgresTests : StoreContract<PostgresEngine>
{
    /// <summary>Asks the database past the stores.</summary>
    protected async Task<T> AskAsync<T>(string sql) => (T)(await Engine.AskAsync(sql))!;
}
