using System.Runtime.Versioning;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Storage.Tests.Sqlite;

[UnsupportedOSPlatform("windows")]
public sealed class BackupTests : SqliteTests
{
    string Target => Engine.File + ".backup";

    [Fact]
    public async Task A_backup_of_a_database_under_load_shows_one_moment_and_can_be_opened()
    {
        var sessions = await StoredSessionsAsync(300);
        var ending = Task.WhenAll(sessions.Select(one => Task.Run(
            () => Sessions.TryEndAsync(one.Id, EndReason.Logout, Given.Now))));

        await Engine.Storage.BackupAsync(Target, Cancel);
        await ending;

        await using var restored = new SqliteEngine(Target);
        await restored.OpenAsync();
        // The two rows are written in one transaction.
        Assert.Equal(
            Sql.Ask<long>(Target, "SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL"),
            Sql.Ask<long>(Target, "SELECT count(*) FROM revocations"));
        Assert.Equal(300, Sql.Ask<long>(Target, "SELECT count(*) FROM sessions"));
        Assert.Equal("ok", Sql.Ask<string>(Target, "PRAGMA integrity_check"));
        Assert.True(await restored.Accounts.TryCreateAsync(Given.Account()));
    }

    [Fact]
    public async Task A_backup_contains_everything_that_was_acknowledged_before_it_began()
    {
        var session = await StoredSessionAsync();
        var rotated = await Sessions.TryRotateAsync(Given.Rotation(session));

        await Engine.Storage.BackupAsync(Target, Cancel);

        await using var restored = new SqliteEngine(Target);
        await restored.OpenAsync();
        Assert.Equal(rotated, await restored.Sessions.FindAsync(session.Id, Cancel));
    }

    [Fact]
    public async Task A_backup_is_marked_as_one_until_it_is_restored()
    {
        await Revocations.TryBeginEpochAsync(read: 0, epoch: 1, wentBackAt: null);
        await Engine.Storage.BackupAsync(Target, Cancel);

        await using var restored = new SqliteEngine(Target);
        await restored.OpenAsync();

        Assert.Equal(LogPlace.Same, (await Revocations.ReadHeadAsync(Cancel)).Place);
        Assert.Equal(LogPlace.Backup, (await restored.Revocations.ReadHeadAsync(Cancel)).Place);
        await restored.Revocations.TryBeginEpochAsync(read: 1, epoch: 2, Given.Now);
        Assert.Equal(LogPlace.Same, (await restored.Revocations.ReadHeadAsync(Cancel)).Place);
    }

    [Fact]
    public async Task Only_its_owner_can_read_a_backup()
    {
        await Engine.Storage.BackupAsync(Target, Cancel);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Fact]
    public async Task A_backup_replaces_no_file()
    {
        await File.WriteAllTextAsync(Target, "yesterday's", Cancel);

        var refusal = await Assert.ThrowsAsync<IOException>(() => Engine.Storage.BackupAsync(Target, Cancel));

        Assert.Contains($"{Target} already exists", refusal.Message);
        Assert.Equal("yesterday's", await File.ReadAllTextAsync(Target, Cancel));
    }

    [Fact]
    public async Task A_backup_that_fails_leaves_nothing_behind()
    {
        var files = Files();
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Engine.Storage.BackupAsync(Target, cancel.Token));
        await Assert.ThrowsAnyAsync<IOException>(() => Engine.Storage.BackupAsync(Engine.File + "/not/there", Cancel));

        Assert.Equal(files, Files());
    }

    IEnumerable<string> Files() => Directory.GetFileSystemEntries(Path.GetDirectoryName(Engine.File)!).Order().ToList();
}
