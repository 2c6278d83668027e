using System.Runtime.Versioning;
using Handstamp.Server.Storage;
using Handstamp.Server.Storage.Moving;
using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Tests.Sqlite;

[UnsupportedOSPlatform("windows")]
public sealed class StartTests : IAsyncDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly TemporaryFolder _folder = new();
    readonly SqliteEngine _engine;

    public StartTests() =>
        _engine = new SqliteEngine(_folder.At("handstamp.db")) { BusyTimeout = TimeSpan.FromMilliseconds(20) };

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Only_their_owner_can_read_the_files()
    {
        await using var engine = new SqliteEngine(_folder.At("new/deep/handstamp.db"));

        await engine.OpenAsync();
        await engine.Accounts.TryCreateAsync(Given.Account());

        foreach (var file in (string[])["", "-wal", "-shm"])
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(engine.File + file));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.At("new/deep")));
    }

    [Fact]
    public async Task A_schema_that_this_program_cannot_share_is_refused()
    {
        await CreateAsync();
        using (var other = Sql.Open(_engine.File)) other.Run("UPDATE handstamp_schema SET works_with = 98; PRAGMA user_version = 99");

        Assert.Contains("newer Handstamp: its schema needs 98 scripts", await RefusalAsync());
    }

    [Theory]
    [InlineData("DELETE FROM handstamp_schema; PRAGMA user_version = 30")]
    [InlineData("DROP TABLE handstamp_schema; PRAGMA user_version = 30")]
    [InlineData("PRAGMA user_version = -5")]
    [InlineData("PRAGMA user_version = 0")]
    public async Task A_file_that_does_not_say_which_scripts_have_run_is_refused(string sql)
    {
        await CreateAsync();
        using (var other = Sql.Open(_engine.File)) other.Run(sql);

        Assert.Contains("is damaged: it does not say which scripts have changed its schema.", await RefusalAsync());
    }

    [Theory]
    [InlineData(nameof(MoveState.Leaving), "was interrupted while it moved the data")]
    [InlineData(nameof(MoveState.Gone), "was moved to PostgreSQL")]
    public async Task A_file_whose_data_was_moved_is_refused(string state, string reason)
    {
        await CreateAsync();
        using (var other = Sql.Open(_engine.File)) other.Run(Owner.Write(Enum.Parse<MoveState>(state)));

        Assert.Contains(reason, await RefusalAsync());
    }

    [Fact]
    public async Task A_newer_schema_that_still_works_with_this_program_is_used()
    {
        await CreateAsync();
        using (var other = Sql.Open(_engine.File)) other.Run("PRAGMA user_version = 99");
        await using var engine = new SqliteEngine(_engine.File);

        await engine.OpenAsync();

        Assert.Equal(99, Sql.Ask<long>(_engine.File, "PRAGMA user_version"));
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_stays_unchanged()
    {
        using (var other = Sql.Open(_engine.File)) other.Run("CREATE TABLE theirs (a)");

        Assert.Contains("of another program", await RefusalAsync());

        Assert.Equal(1, Sql.Ask<long>(_engine.File, "SELECT count(*) FROM sqlite_schema"));
        Assert.Equal("delete", Sql.Ask<string>(_engine.File, "PRAGMA journal_mode"));
    }

    [Fact]
    public async Task A_file_with_an_overwritten_header_is_refused()
    {
        await CreateAsync();
        using (var file = File.OpenWrite(_engine.File)) file.Write(new byte[100]);

        Assert.Contains("not a SQLite database", await RefusalAsync());
    }

    [Fact]
    public async Task A_truncated_file_is_refused()
    {
        await CreateAsync();
        using (var file = File.OpenWrite(_engine.File)) file.SetLength(file.Length / 2);

        Assert.Matches(@"[^.]\. Keep a copy of it .* restore a backup\.$", await RefusalAsync());
    }

    [Fact]
    public async Task A_damaged_page_is_found()
    {
        await CreateAsync();
        using (var file = File.OpenWrite(_engine.File))
        {
            file.Position = file.Length - 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, 4096).ToArray());
        }

        Assert.Contains("is damaged", await RefusalAsync());
    }

    [Fact]
    public async Task A_locked_file_is_refused_after_a_while()
    {
        using var other = Sql.Open(_engine.File);
        other.Run("BEGIN EXCLUSIVE");

        Assert.Contains("locked by another process", await RefusalAsync());
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(_folder.At("file"), "", TestContext.Current.CancellationToken);
        await using var engine = new SqliteEngine(_folder.At("file/handstamp.db"));

        var refusal = await Assert.ThrowsAsync<StorageStartException>(engine.OpenAsync);

        Assert.Contains("Cannot create", refusal.Message);
        Assert.Contains(engine.File, refusal.Message);
    }

    [Fact]
    public async Task A_directory_is_not_a_database()
    {
        Directory.CreateDirectory(_engine.File);

        Assert.Contains(_engine.File, await RefusalAsync());
    }

    [Theory]
    [InlineData(raw.SQLITE_CANTOPEN, "write permission")]
    [InlineData(raw.SQLITE_READONLY, "write permission")]
    [InlineData(raw.SQLITE_FULL, "the disk is full")]
    [InlineData(raw.SQLITE_BUSY, "locked by another process")]
    [InlineData(raw.SQLITE_NOTADB, "not a SQLite database")]
    [InlineData(raw.SQLITE_CORRUPT, "is damaged")]
    [InlineData(raw.SQLITE_IOERR, "disk I/O error")]
    public void Each_fault_of_the_engine_says_what_to_do(int code, string advice)
    {
        var refusal = StartFaults.Explain(new SqliteException("disk I/O error", code), "/var/lib/handstamp.db");

        Assert.Contains(advice, refusal.Message);
        Assert.Contains("/var/lib/handstamp.db", refusal.Message);
    }

    [Fact]
    public void A_disk_that_has_no_room_for_the_index_of_the_log_is_full() => Assert.Contains("the disk is full", StartFaults.Explain(
        new SqliteException("disk I/O error", raw.SQLITE_IOERR, raw.SQLITE_IOERR_SHMSIZE), "/var/lib/handstamp.db").Message);

    [Fact]
    public void A_user_who_may_not_write_the_file_is_named() => Assert.Contains($"{Environment.UserName} ",
        StartFaults.Explain(new SqliteException("unable to open database file", raw.SQLITE_CANTOPEN), "/var/lib/handstamp.db").Message);

    [Fact]
    public void A_forbidden_directory_says_what_to_do() =>
        Assert.Contains("write permission", StartFaults.Explain(new UnauthorizedAccessException(), "x.db").Message);

    /// <summary>A closed database of about fifty pages.</summary>
    async Task CreateAsync()
    {
        await _engine.OpenAsync();
        var account = Given.Account();
        await _engine.Accounts.TryCreateAsync(account);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(
            _ => _engine.Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device)));
        await _engine.CloseAsync();
    }

    async Task<string> RefusalAsync()
    {
        _engine.Build();
        var schema = _engine.Get<ISchema>();
        var check = await Assert.ThrowsAsync<StorageStartException>(() => schema.ReadSchemaAsync(TestContext.Current.CancellationToken));
        await _engine.CloseAsync();
        var refusal = await Assert.ThrowsAsync<StorageStartException>(_engine.OpenAsync);
        Assert.Contains(_engine.File, refusal.Message);
        // What is said before an upgrade is what the start says.
        Assert.Equal(refusal.Message, check.Message);
        return refusal.Message;
    }
}
