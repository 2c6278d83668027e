using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Tests.Sqlite.Engine;

public sealed class StartFaultsTests
{
    const string Database = "/var/lib/handstamp.db";

    const string Full = $"Cannot write {Database}: the disk is full. Free some space and start again.";

    const string Locked = $"{Database} is locked by another process. Find it with `fuser {Database}`, and stop it or wait for it.";

    [Theory]
    [InlineData(raw.SQLITE_NOTADB, $"{Database} is not a SQLite database, or its beginning was overwritten. Use another file or restore a backup.")]
    [InlineData(raw.SQLITE_BUSY, Locked)]
    [InlineData(raw.SQLITE_LOCKED, Locked)]
    [InlineData(raw.SQLITE_FULL, Full)]
    public void A_known_fault_says_what_to_do(int code, string sentences) =>
        Assert.Equal(sentences, Explain(new SqliteException("a fault", code)));

    [Theory]
    [InlineData(raw.SQLITE_CANTOPEN)]
    [InlineData(raw.SQLITE_PERM)]
    [InlineData(raw.SQLITE_READONLY)]
    [InlineData(raw.SQLITE_AUTH)]
    public void A_database_that_may_not_be_written_names_the_user_and_what_they_need(int code) =>
        Assert.Equal(NotPermitted(Environment.UserName), Explain(new SqliteException("a fault", code)));

    [Fact]
    public void A_directory_that_may_not_be_looked_at_says_the_same() =>
        Assert.Equal(NotPermitted(Environment.UserName), Explain(new UnauthorizedAccessException("Access is denied.")));

    [Fact]
    public void A_user_without_a_name_is_named_by_the_id()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can be somebody else.");

        var sentences = NamelessUser.Run(() => Explain(new UnauthorizedAccessException()));

        Assert.Equal(NotPermitted($"with the id {NamelessUser.Id}"), sentences);
    }

    [Theory]
    [InlineData(raw.SQLITE_IOERR, raw.SQLITE_IOERR)]
    [InlineData(raw.SQLITE_IOERR, raw.SQLITE_IOERR_SHMOPEN)]
    [InlineData(raw.SQLITE_NOMEM, raw.SQLITE_NOMEM)]
    [InlineData(raw.SQLITE_PROTOCOL, raw.SQLITE_PROTOCOL)]
    [InlineData(raw.SQLITE_ERROR, raw.SQLITE_ERROR)]
    public void Another_fault_of_the_engine_is_told_in_its_own_words(int code, int extended) =>
        Assert.Equal($"Cannot use {Database}: its own words", Explain(new SqliteException("its own words", code, extended)));

    [Fact]
    public void A_disk_without_room_for_the_index_of_the_log_is_full() =>
        Assert.Equal(Full, Explain(new SqliteException("disk I/O error", raw.SQLITE_IOERR, raw.SQLITE_IOERR_SHMSIZE)));

    [Fact]
    public void A_directory_that_cannot_be_made_is_told_in_the_systems_words() =>
        Assert.Equal($"Cannot create {Database}: Not a directory", Explain(new IOException("Not a directory")));

    [Fact]
    public void A_damaged_database_is_told_with_what_was_found() => Assert.Equal(
        $"{Database} is damaged: 'database disk image is malformed'. Keep a copy of it and of the -wal file beside it, then restore a backup.",
        Explain(new SqliteException("'database disk image is malformed'.", raw.SQLITE_CORRUPT)));

    [Fact]
    public void What_was_found_is_one_line_and_ends_with_one_full_stop() => Assert.Equal(
        $"{Database} is damaged: *** in database main *** Page 7: never used. Keep a copy of it and of the -wal file beside it, then restore a backup.",
        StartFaults.Damaged(Database, "*** in database main ***\nPage 7: never used.").Message);

    [Fact]
    public void A_file_system_without_shared_memory_says_what_to_do() => Assert.Equal(
        $"{Database} is on a file system without shared memory, such as a network drive. Put it on a local disk.",
        StartFaults.NoWriteAheadLog(Database).Message);

    /// <summary>The explanation, which keeps the fault.</summary>
    static string Explain(Exception fault)
    {
        var explained = StartFaults.Explain(fault, Database);
        Assert.Same(fault, explained.InnerException);
        return explained.Message;
    }

    static string NotPermitted(string user) => $"Cannot open {Database} for writing. Give the user {user} write permission for the file, "
        + "the -wal and -shm files beside it, and the directory.";
}
