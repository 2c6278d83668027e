using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Client.Files;

/// <summary>
/// A lock that processes hold on a file (flock, or Windows' share mode). The operating system takes it back from
/// whoever ends, however that is; whoever hangs holds up the others for the timeout and no longer.
/// </summary>
sealed class FileLock(string path, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Longer than another's request may take.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(15);

    // The system tells nobody that a lock is free.
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Holds the lock until what is returned is disposed of; null when it could not be had in time.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "Whoever takes the lock disposes of it.")]
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
            // Another has it.
            return null;
        }
    }
}
