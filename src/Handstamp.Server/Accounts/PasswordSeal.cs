using System.Buffers.Text;
using System.Text;
using Handstamp.Server.Keys;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Encrypts password hashes under the data key, each for its account: <c>$sealed$KEY$BOX</c>, where the key is the id of the data
/// key and the box is base64url. A person who has the database alone cannot guess at them. If <c>Keys:SealPasswords</c> is off,
/// no hash is encrypted, and those that are can still be opened.
/// </summary>
sealed class PasswordSeal(KeyRingService keys, IOptions<KeyOptions> options)
{
    const string Prefix = "$sealed$";

    public bool IsOn => options.Value.SealPasswords;

    public static bool IsSealed(string stored) => stored.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether the hash is stored as the setting says.</summary>
    public bool IsCurrent(string stored) => IsSealed(stored) == IsOn;

    /// <summary>The hash as the setting says that it is stored.</summary>
    public string Close(string hash, Guid accountId)
    {
        if (!IsOn) return hash;
        var (id, key) = keys.Ring.CurrentDataKey;
        return $"{Prefix}{id}${Base64Url.EncodeToString(key.Seal(Encoding.UTF8.GetBytes(hash), Label(accountId)))}";
    }

    /// <summary>The hash; null if it is another account's, or was changed, or its key is lost.</summary>
    public string? Open(string stored, Guid accountId)
    {
        if (!IsSealed(stored)) return stored;
        return stored[Prefix.Length..].Split('$') is [var id, var box] && Base64Url.IsValid(box)
            && keys.Ring.FindDataKey(id) is { } key
            && key.TryOpen(Base64Url.DecodeFromChars(box), Label(accountId), out var hash)
                ? Encoding.UTF8.GetString(hash)
                : null;
    }

    /// <summary>The hash of one account for another one, or stored as the setting says; null if it cannot be opened.</summary>
    public string? Renew(string stored, Guid from, Guid to) => Open(stored, from) is { } hash ? Close(hash, to) : null;

    static byte[] Label(Guid accountId) => [.. "password "u8, .. accountId.ToByteArray(bigEndian: true)];
}
