using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Keys;

/// <summary>
/// Finds the master key: the setting or the environment variable, a named file, or the default file, which is created
/// if the ring is still empty. Every failure says what to do.
/// </summary>
sealed class MasterKeySource(IOptions<KeyOptions> options, IOptions<StorageOptions> storage, ILogger<MasterKeySource> log)
{
    readonly MasterKeyFile _default = MasterKeyFile.In(storage.Value);

    /// <summary>
    /// The key that the settings name. A missing default file is created only for an empty ring, because a new key
    /// could not decrypt the old ring.
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

    /// <summary>Throws if the setting, or the existing default file, is not a master key.</summary>
    public void Check()
    {
        if (options.Value.MasterKey is { } text) Parse(text, "HANDSTAMP_MASTER_KEY").Dispose();
        else if (options.Value.MasterKeyFile is { } named) Read(named).Dispose();
        else if (File.Exists(_default.Path)) Read(_default.Path).Dispose();
    }

    /// <summary>The new master key for the ring: the given one, or for the default file a generated one.</summary>
    public MasterKey MakeNext(MasterKey? given) =>
        options.Value is { MasterKey: null, MasterKeyFile: null } ? _default.MakeNext(given)
        : given ?? throw new StorageStartException(
            "The master key does not come from the default file, so Handstamp cannot replace it. Pass a file with the new key: --new-key FILE.");

    /// <summary>
    /// The ring is now encrypted under it. If the key is set from outside, the operator has to replace it there.
    /// </summary>
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
            return Parse(SmallFile.Read(file), file);
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            throw new StorageStartException($"Cannot read the master key file {file}: {fault.Message}", fault);
        }
    }

    MasterKey GetDefault(StoredKeys ring)
    {
        // Read first: what is no key is reported as that, and stays as it is.
        var key = _default.Read(ring);
        if (_default.Close() is { } mode) KeyLog.MasterKeyWasOpen(log, _default.Path, mode);
        return key;
    }
}
