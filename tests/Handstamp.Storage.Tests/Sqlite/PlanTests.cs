using Handstamp.Storage.Sqlite.Sessions;

namespace Handstamp.Storage.Tests.Sqlite;

public sealed class PlanTests : SqliteTests
{
    /// <summary>Each additional page is at least a read from the disk's cache, for every refresh.</summary>
    [Fact]
    public void A_refresh_reads_one_row_and_of_its_account_only_an_index()
    {
        foreach (var statement in (string[])[SessionSql.Rotate, SessionSql.Find, SessionSql.Advance, SessionSql.Note])
        {
            var plan = Sql.Plan(Engine.File, statement);

            Assert.Contains("SEARCH sessions USING INDEX sqlite_autoindex_sessions_1 (id=?)", plan);
            Assert.DoesNotContain("SCAN", plan);
            Assert.DoesNotContain("accounts USING INDEX", plan);
        }
    }
}
