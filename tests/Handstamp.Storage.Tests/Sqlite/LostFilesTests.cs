using System.Diagnostics;
using Handstamp.Server.Http;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>Somebody deletes or replaces a file of an open database.</summary>
public sealed class LostFilesTests : SqliteTests
{
    readonly TemporaryFolder _elsewhere = new();

    [Theory]
    [InlineData("-wal")]
    [InlineData("-shm")]
    public async Task A_deleted_file_stops_the_writes_and_acknowledged_data_is_in_the_database(string which)
    {
        var session = await StoredSessionAsync();
        File.Delete(Engine.File + which);

        Assert.False(await Engine.Storage.IsWritableAsync(Cancel));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Sessions.TryRotateAsync(Given.Rotation(session)));

        Assert.Equal(1, Sql.Ask<long>(await CopyAsync(), "SELECT count(*) FROM sessions"));
    }

    [Fact]
    public async Task A_replaced_database_accepts_no_writes_and_the_other_keeps_its_own_log()
    {
        var account = await StoredAccountAsync();
        await using var other = new SqliteEngine();
        await other.OpenAsync();
        await other.Accounts.TryCreateAsync(Given.Account());
        foreach (var file in new[] { "", "-wal", "-shm" }) File.Move(other.File + file, Engine.File + file, overwrite: true);

        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device));
        Assert.False(await Engine.Storage.IsWritableAsync(Cancel));

        var log = new FileInfo(Engine.File + "-wal").Length;
        await Engine.CloseAsync();
        Assert.Equal(log, new FileInfo(Engine.File + "-wal").Length);
    }

    [Fact]
    public async Task A_deleted_database_accepts_no_writes()
    {
        var account = await StoredAccountAsync();
        File.Delete(Engine.File);

        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => Sessions.TryCreateAsync(Given.Session(account.Id), Given.Device));
        Assert.False(await Engine.Storage.IsWritableAsync(Cancel));
    }

    [Fact]
    public async Task A_restart_finds_new_files_and_acknowledged_data()
    {
        var session = await StoredSessionAsync();
        File.Delete(Engine.File + "-wal");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Sessions.TryRotateAsync(Given.Rotation(session)));

        await Engine.RestartAsync();

        Assert.NotNull(await Sessions.FindAsync(session.Id, Cancel));
        await StoredSessionAsync();
        Assert.True(await Engine.Storage.IsWritableAsync(Cancel));
    }

    [Fact]
    public async Task Written_data_is_copied_into_the_database_when_there_is_no_other_work()
    {
        await StoredSessionAsync();

        var copied = false;
        for (var looks = 0; !copied && looks < 1000; looks++)
        {
            var copy = await CopyAsync();
            copied = Sql.Ask<long>(copy, "SELECT count(*) FROM sqlite_schema WHERE name = 'sessions'") > 0
                && Sql.Ask<long>(copy, "SELECT count(*) FROM sessions") > 0;
        }
        Assert.True(copied);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    public async Task A_file_that_is_made_immutable_ends_no_process_and_its_writes_continue_afterwards(string which)
    {
        await using var engine = new SqliteEngine();
        using var child = ChildProcess.Start(ChildProcess.WriteUntilKilledAsync, engine.File);
        await SaysAsync(child, "taken");
        Assert.SkipUnless(await RunAsync("chattr", "+i", engine.File + which), "This needs root, and a file system that has the attribute.");
        try
        {
            // The database file itself is written only when the log is copied.
            if (which.Length > 0) await SaysAsync(child, "refused");
        }
        finally
        {
            await RunAsync("chattr", "-i", engine.File + which);
        }
        await SaysAsync(child, "taken");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _elsewhere.Dispose();
    }

    /// <summary>
    /// The database after a kill, without its log. Another process copies it, because closing a file releases the locks
    /// that the process holds on it.
    /// </summary>
    async Task<string> CopyAsync()
    {
        var copy = _elsewhere.At($"{Guid.NewGuid():n}.db");
        Assert.True(await RunAsync("cp", Engine.File, copy));
        return copy;
    }

    static async Task SaysAsync(ChildProcess child, string word)
    {
        for (var lines = 0; lines < 5000; lines++)
        {
            var line = await child.ReadLineAsync();
            Assert.NotNull(line);
            if (line == word) return;
        }
        Assert.Fail($"The process never printed {word}.");
    }

    static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode == 0;
    }
}
