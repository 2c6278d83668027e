using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Keys;

/// <summary>
/// Finds the master key: the setting or the environment variable, a named file, or the default file, which is made
/// when the ring is still empty. Every failure says what to do.
/// </summary>
sealed class MasterKeySource(IOptions<KeyOptions> options, IOptions<StorageOptions> storage, ILogger<MasterKeySource> log)
{
    readonly MasterKeyFile _default = MasterKeyFile.In(storage.Value);

    /// <summary>
    /// The key that the settings name. Only for an empty ring a missing default file is made: a new key could not open the
    /// old ring.
    /// </summary>
    public MasterKey Get(StoredKeys ring)
    {
        if (options.Value.MasterKey is { } text) return Parse(text, "HANDSTAMP_MASTER_KEY");
        if (options.Value.MasterKeyFile is { } named) return Read(named);
        if (_default.Exists) return GetDefault(ring);
        if (ring.Keys.Count == 0) return _default.Make();
        throw new StorageStartException(
            $"The key ring in the database is encrypted, and its master key {_default.Path} is missing. Restore the file from your "
            + "backup, or set HANDSTAMP_MASTER_KEY or Keys:MasterKeyFile. Without the master key, every session is lost: docs/guide/keys.md.");
    }

    /// <summary>Throws when what the settings name, or the default file that is there, is no master key.</summary>
    public void Check()
    {
        if (options.Value.MasterKey is { } text) Parse(text, "HANDSTAMP_MASTER_KEY").Dispose();
        else if (options.Value.MasterKeyFile is { } named) Read(named).Dispose();
        else if (File.Exists(_default.Path)) Read(_default.Path).Dispose();
    }

    /// <summary>The key that the ring is to be sealed under: the given one, or for the default file also a new one.</summary>
    public MasterKey MakeNext(MasterKey? given) =>
        options.Value is { MasterKey: null, MasterKeyFile: null } ? _default.MakeNext(given)
        : given ?? throw new StorageStartException(
            "The master key does not come from the default file, so Handstamp cannot replace it. Pass a file with the new key: --new-key FILE.");

    /// <summary>The ring is sealed under it. A key that is set from outside is the operator's to replace.</summary>
    public void Adopt()
    {
        if (options.Value is { MasterKey: null, MasterKeyFile: null }) _default.Adopt();
    }

    public static MasterKey Parse(string text, string source) =>
        MasterKey.TryParse(text, out var key) ? key : throw new StorageStartException(
            $"{source} does not contain a master key. It has to be 32 random bytes as base64. `openssl rand -base64 32` generates one.");

    public static MasterKey Read(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            throw new StorageStartException($"Cannot read the master key file {file}: {fault.Message}", fault);
        }
    }

    MasterKey GetDefault(StoredKeys ring)
    {
        if (_default.Close() is { } mode) KeyLog.MasterKeyWasOpen(log, _default.Path, mode);
        return _default.Read(ring);
    }
}
