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
    readonly ISeal _seal;

    /// <summary>A store in this file. Its folder is made, for its owner alone (mode 0700), if it is not there.</summary>
    public FileTokenStore(string path) : this(path, TimeProvider.System, FileLock.DefaultPatience)
    {
    }

    internal FileTokenStore(string path, TimeProvider time, TimeSpan lockPatience)
    {
        path = Path.GetFullPath(path);
        _file = new PrivateFile(path);
        _lock = new FileLock(path + ".lock", lockPatience, time);
        _seal = OperatingSystem.IsWindows() ? new WindowsSeal() : new KeyFileSeal(new PrivateFile(path + ".key"));
    }

    /// <summary>What the file is encrypted with, and so who can read it.</summary>
    public FileProtection Protection => _seal.Protection;

    /// <inheritdoc/>
    public Task<string?> ReadAsync(CancellationToken cancel)
    {
        try
        {
            return Task.FromResult(_file.Read() is { } content ? Encoding.UTF8.GetString(_seal.Open(content)) : null);
        }
        catch (CryptographicException)
        {
            // Damaged, or of another key: nothing that can be read any more. Another login replaces it.
            return Task.FromResult<string?>(null);
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(string? secret, CancellationToken cancel)
    {
        if (secret is null) _file.Delete();
        else _file.Replace(_seal.Close(Encoding.UTF8.GetBytes(secret)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) => _lock.TakeAsync(cancel);
}
