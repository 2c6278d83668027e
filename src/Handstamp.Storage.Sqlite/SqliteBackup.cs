using Handstamp.Storage.Sqlite.Engine;
using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Sqlite;

/// <summary>Copies the running database as of one moment, during reads and writes.</summary>
static class SqliteBackup
{
    public static void Run(SqliteFile source, string target, CancellationToken cancel)
    {
        target = Path.GetFullPath(target);
        if (File.Exists(target)) throw new IOException($"{target} already exists; a backup never replaces a file.");

        // Under another name until it is complete and on the disk: a file with the right name is a good backup.
        var unfinished = $"{target}.{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}.unfinished";
        try
        {
            SqliteFile.CreateForOwner(unfinished);
            Copy(source, unfinished, cancel);
            Mark(unfinished);
            Flush(unfinished);
            File.Move(unfinished, target);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    static void Copy(SqliteFile source, string target, CancellationToken cancel)
    {
        using var reader = source.OpenReader();
        using var interruption = cancel.Register(reader.Interrupt);
        try
        {
            using var copy = reader.Use("VACUUM INTO @target").Bind("@target", target);
            copy.Run();
        }
        catch (Exception fault) when (fault.IsEngineFault())
        {
            cancel.ThrowIfCancellationRequested();
            throw EngineFaults.Unavailable(fault);
        }
    }

    /// <summary>A service that starts on the copy sees that the database has gone back in time.</summary>
    static void Mark(string path)
    {
        using var copy = new SqliteFile(path).Open(SqliteOpenMode.ReadWrite, "PRAGMA synchronous = FULL");
        copy.Run("UPDATE feed SET is_copy = 1");
    }

    static void Flush(string path)
    {
        using var handle = File.OpenHandle(path, access: FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }
}
