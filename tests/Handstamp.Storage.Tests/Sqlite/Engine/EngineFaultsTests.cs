using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Tests.Sqlite.Engine;

public sealed class EngineFaultsTests
{
    [Theory]
    [InlineData(raw.SQLITE_CONSTRAINT)]
    [InlineData(raw.SQLITE_ERROR)]
    [InlineData(raw.SQLITE_MISMATCH)]
    [InlineData(raw.SQLITE_TOOBIG)]
    [InlineData(raw.SQLITE_RANGE)]
    [InlineData(raw.SQLITE_MISUSE)]
    public void A_fault_of_a_statement_is_none_of_the_engine(int code) => Assert.False(new SqliteException("a fault", code).IsEngineFault());

    [Theory]
    [InlineData(raw.SQLITE_INTERNAL)]
    [InlineData(raw.SQLITE_PERM)]
    [InlineData(raw.SQLITE_ABORT)]
    [InlineData(raw.SQLITE_BUSY)]
    [InlineData(raw.SQLITE_LOCKED)]
    [InlineData(raw.SQLITE_NOMEM)]
    [InlineData(raw.SQLITE_READONLY)]
    [InlineData(raw.SQLITE_INTERRUPT)]
    [InlineData(raw.SQLITE_IOERR)]
    [InlineData(raw.SQLITE_CORRUPT)]
    [InlineData(raw.SQLITE_FULL)]
    [InlineData(raw.SQLITE_CANTOPEN)]
    [InlineData(raw.SQLITE_PROTOCOL)]
    [InlineData(raw.SQLITE_SCHEMA)]
    [InlineData(raw.SQLITE_AUTH)]
    [InlineData(raw.SQLITE_NOTADB)]
    public void Every_other_fault_is_one_of_the_engine(int code) => Assert.True(new SqliteException("a fault", code).IsEngineFault());

    [Fact]
    public void A_fault_of_the_program_is_none_of_the_engine()
    {
        Assert.False(new InvalidOperationException().IsEngineFault());
        Assert.False(new InvalidOperationException().IsOutdated());
    }

    [Fact]
    public void What_a_trigger_refuses_came_too_late_and_is_no_fault_of_the_engine()
    {
        var refusal = RefusalOf("CREATE TRIGGER late BEFORE INSERT ON hashes BEGIN SELECT RAISE(ABORT, 'The key was deleted.'); END");

        Assert.True(refusal.IsOutdated());
        Assert.False(refusal.IsEngineFault());
    }

    [Fact]
    public void What_another_constraint_refuses_did_not_come_too_late_and_is_no_fault_of_the_engine()
    {
        var refusal = RefusalOf("CREATE UNIQUE INDEX one_of_each ON hashes (hash)");

        Assert.Equal(raw.SQLITE_CONSTRAINT_UNIQUE, refusal.SqliteExtendedErrorCode);
        Assert.False(refusal.IsOutdated());
        Assert.False(refusal.IsEngineFault());
    }

    [Fact]
    public void An_unavailable_database_is_called_so_with_its_fault()
    {
        var fault = new SqliteException("disk I/O error", raw.SQLITE_IOERR);

        var unavailable = EngineFaults.Unavailable(fault);

        Assert.Equal("The database can't be used now.", unavailable.Message);
        Assert.Same(fault, unavailable.InnerException);
        Assert.True(unavailable.MayPass);
    }

    /// <summary>The fault of a hash that is added a second time, with something that refuses it.</summary>
    static SqliteException RefusalOf(string guard)
    {
        using var database = Sql.Open(":memory:");
        database.Run($"CREATE TABLE hashes (hash); INSERT INTO hashes VALUES ('a hash'); {guard}");
        return Assert.Throws<SqliteException>(() => database.Run("INSERT INTO hashes VALUES ('a hash')"));
    }
}
