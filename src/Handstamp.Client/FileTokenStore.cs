using System.Security.Cryptography;
using System.Text;
using Handstamp.Client.Files;

namespace Handstamp.Client;

/// <summary>
/// Keeps the tokens in an encrypted file that only its owner can read (mode 0600). Each write replaces the whole file.
/// Processes that share the file take turns with a lock on a second file next to it.
/// </summary>
public sealed class FileTokenStore : ITokenStore
{
    readonly PrivateFile _file;
    readonly FileLock _lock;
    readonly Seals _seals;
    readonly ISeal? _wanted;

    /// <summary>
    /// A store in this file. If the folder does not exist, it is created for its owner alone (mode 0700). A new file
    /// is encrypted by the platform if that works at that moment, and otherwise with a key file. This does not change
    /// until logout.
    /// </summary>
    public FileTokenStore(string path) : this(path, TimeProvider.System, FileLock.DefaultTimeout)
    {
    }

    /// <summary>
    /// A store in this file that always uses the given protection. <see cref="FileProtection.KeyFile"/> is for
    /// programs that also run without a desktop, such as over ssh or from cron. Throws a
    /// <see cref="PlatformNotSupportedException"/> if this system does not have the protection.
    /// </summary>
    public FileTokenStore(string path, FileProtection protection) : this(path) => _wanted = _seals.For(protection);

    internal FileTokenStore(string path, TimeProvider time, TimeSpan lockTimeout)
    {
        path = Path.GetFullPath(path);
        _file = new PrivateFile(path);
        _lock = new FileLock(path + ".lock", lockTimeout, time);
        _seals = new Seals(new PrivateFile(path + ".key"));
    }

    /// <summary>
    /// How the file is encrypted, and so who can read it. If there is no file yet, how a new one would be encrypted
    /// now. That asks the platform, which can take some seconds if the platform does not answer.
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
            // Damaged, or encrypted with another key: the text can no longer be read. Another login replaces it.
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
