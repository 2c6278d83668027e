using System.Security.Cryptography;
using System.Text;
using Handstamp.Client.Files;

namespace Handstamp.Client;

/// <summary>
/// Keeps the tokens in a file that only its owner can read (mode 0600), encrypted, and replaced as a whole. Processes
/// that share the file take turns by a lock on a second one beside it.
/// </summary>
public sealed class FileTokenStore : ITokenStore
{
    readonly PrivateFile _file;
    readonly FileLock _lock;
    readonly Seals _seals;
    readonly ISeal? _wanted;

    /// <summary>
    /// A store in this file. Its folder is made, for its owner alone (mode 0700), if it is not there. A new file is
    /// encrypted by the platform if that works at that moment, and else with a key file; it stays so until the logout.
    /// </summary>
    public FileTokenStore(string path) : this(path, TimeProvider.System, FileLock.DefaultPatience)
    {
    }

    /// <summary>
    /// The same, but whatever is written is encrypted like this. <see cref="FileProtection.KeyFile"/> is for programs
    /// that also run where no desktop is: over ssh, by cron. Throws a <see cref="PlatformNotSupportedException"/> when
    /// this system has no such protection.
    /// </summary>
    public FileTokenStore(string path, FileProtection protection) : this(path) => _wanted = _seals.For(protection);

    internal FileTokenStore(string path, TimeProvider time, TimeSpan lockPatience)
    {
        path = Path.GetFullPath(path);
        _file = new PrivateFile(path);
        _lock = new FileLock(path + ".lock", lockPatience, time);
        _seals = new Seals(new PrivateFile(path + ".key"));
    }

    /// <summary>
    /// What the file is encrypted with, and so who can read it. If there is none yet, what it would be now: that asks
    /// the platform, which takes some seconds if it does not answer.
    /// </summary>
    public FileProtection Protection => (_seals.Of(_file.Read()) ?? _wanted ?? _seals.Best).Protection;

    /// <inheritdoc/>
    public Task<string?> ReadAsync(CancellationToken cancel) => Task.Run(Read, cancel);

    /// <inheritdoc/>
    public Task WriteAsync(string? secret, CancellationToken cancel) =>
        Task.Run(() => { if (secret is null) Delete(); else Write(secret); }, cancel);

    /// <inheritdoc/>
    public Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) => _lock.TakeAsync(cancel);

    string? Read()
    {
        if (_file.Read() is not { } closed || _seals.Of(closed) is not { } seal) return null;
        try
        {
            return Encoding.UTF8.GetString(seal.Open(closed));
        }
        catch (CryptographicException)
        {
            // Damaged, or of another key: nothing that can be read any more. Another login replaces it.
            return null;
        }
    }

    void Write(string secret)
    {
        var before = _file.Read();
        var seal = _wanted ?? _seals.Of(before) ?? _seals.Best;
        _file.Replace(seal.Close(Encoding.UTF8.GetBytes(secret), before));
    }

    void Delete()
    {
        if (_file.Read() is not { } closed) return;
        var seal = _seals.Of(closed);
        _file.Delete();
        seal?.Forget(closed);
    }
}
