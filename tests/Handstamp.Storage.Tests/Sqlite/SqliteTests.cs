using Handstamp.Server.Accounts;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>Tests for SQLite only, on an open engine.</summary>
public abstract class SqliteTests : StoreContract<SqliteEngine>
{
    /// <summary>The lock that another process holds while it writes; it is released on disposal.</summary>
    internal IDisposable LockOut()
    {
        var other = Sql.Open(Engine.File);
        other.Run("BEGIN IMMEDIATE");
        return other;
    }

    internal async Task<List<Session>> StoredSessionsAsync(int count, Account? account = null)
    {
        account ??= await StoredAccountAsync();
        return [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StoredSessionAsync(account)))];
    }
}
