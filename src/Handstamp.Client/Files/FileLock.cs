using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Client.Files;

/// <summary>
/// A lock that processes hold on a file (flock, or Windows' share mode). The operating system releases it when its
/// process ends, in whatever way. A process that hangs delays the others only for the timeout.
/// </summary>
sealed class FileLock(string path, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Longer than another process's request may take.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(15);

    // The system does not notify anyone that a lock is free.
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Holds the lock until the returned object is disposed of. Null if the lock could not be taken in time.
    /// </summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller that takes the lock disposes of it.")]
    public async Task<IDisposable?> TakeAsync(CancellationToken cancel)
    {
        PrivateFile.MakeFolder(Path.GetDirectoryName(path)!);
        for (var begun = time.GetTimestamp(); ;)
        {
            if (TryTake() is { } held) return held;
            if (time.GetElapsedTime(begun) >= timeout) return null;
            await Task.Delay(Poll, time, cancel).ConfigureAwait(false);
        }
    }

    FileStream? TryTake()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException)
        {
            // Another process holds the lock.
            return null;
        }
    }
}
