using System.Security.Cryptography;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Keys;

/// <summary>
/// Finds the master key: the setting or the environment variable, a named file, or the default file, which is made
/// when the ring is still empty. Every failure says what to do.
/// </summary>
sealed class MasterKeySource(IOptions<KeyOptions> options, IOptions<StorageOptions> storage)
{
    /// <param name="ringIsEmpty">Only then a missing default file is made: a new key could not open the old ring.</param>
    public MasterKey Get(bool ringIsEmpty)
    {
        var settings = options.Value;
        if (settings.MasterKey is { } text) return Parse(text, "HANDSTAMP_MASTER_KEY");
        if (settings.MasterKeyFile is { } named) return Parse(Read(named), named);

        var file = Path.Combine(storage.Value.DataDirectory, "master.key");
        if (File.Exists(file)) return Parse(Read(file), file);
        if (ringIsEmpty) return Make(file);
        throw new StorageStartException(
            $"The key ring in the database is sealed, and its master key {file} is missing. Put the file back from your "
            + "backup, or set HANDSTAMP_MASTER_KEY or Keys:MasterKeyFile. Without it every session is lost: docs/guide/keys.md.");
    }

    static MasterKey Parse(string text, string source) =>
        MasterKey.TryParse(text, out var key) ? key : throw new StorageStartException(
            $"{source} does not hold a master key. It has to be 32 random bytes as base64; `openssl rand -base64 32` makes one.");

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageStartException($"The master key file {file} can't be read: {fault.Message}", fault);
        }
    }

    static MasterKey Make(string file)
    {
        var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Length));
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            MakeDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            using var stream = new FileStream(file, create);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text + "\n"));
            // The ring that it seals is durable at once; so must be the key.
            stream.Flush(flushToDisk: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageStartException($"The master key file {file} can't be made: {fault.Message}", fault);
        }
        return Parse(text, file);
    }

    // There is none yet where the database is on a server.
    static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
