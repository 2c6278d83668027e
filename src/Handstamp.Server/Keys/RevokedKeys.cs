using System.Globalization;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Keys;

/// <summary>
/// The keys that were ever seen as revoked. They are stored in the data directory, outside the database, because the
/// database may be restored to a time when they were valid.
/// </summary>
sealed class RevokedKeys(IOptions<StorageOptions> storage, ILogger<RevokedKeys> log)
{
    readonly string _file = Path.Combine(storage.Value.DataDirectory, "keys.revoked");
    readonly Lock _lock = new();
    HashSet<string>? _known;

    /// <summary>
    /// Adds the keys that are revoked in this ring; returns those that are live in it but were revoked before.
    /// </summary>
    public IReadOnlyList<StoredKey> Compare(IReadOnlyList<StoredKey> ring)
    {
        lock (_lock)
        {
            _known ??= Read();
            var news = ring.Where(key => key.RevokedAt is not null).Select(NameOf).Where(_known.Add).ToList();
            if (news.Count > 0) Keep();
            return [.. ring.Where(key => key.RevokedAt is null && _known.Contains(NameOf(key)))];
        }
    }

    // The id of a MAC key is used again, after the others or in a restored database; then it is another key.
    static string NameOf(StoredKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Id} {key.CreatedAt.ToUnixTimeMilliseconds()}");

    // A command may have added to the file in the meantime.
    void Keep()
    {
        _known!.UnionWith(Read());
        try
        {
            OwnFile.Replace(_file, string.Concat(_known.Order(StringComparer.Ordinal).Select(key => key + "\n")));
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            KeyLog.RevokedKeysNotKept(log, _file, fault);
        }
    }

    HashSet<string> Read()
    {
        try
        {
            return [.. OwnFile.ReadIfThere(_file)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? []];
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            KeyLog.RevokedKeysNotKept(log, _file, fault);
            return [];
        }
    }
}
