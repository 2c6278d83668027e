using System.Buffers.Text;
using System.Text;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Encrypts password hashes under the sealing key, each for its account: <c>$sealed$KEY$BOX</c>, where the key is the id of the sealing
/// key and the box is base64url. A person who has the database alone cannot guess at them. If <c>Keys:SealPasswords</c> is off,
/// no hash is encrypted, and those that are can still be opened. What is in place of a hash says nothing, and stays as it is.
/// </summary>
sealed class PasswordSeal(KeyRingService keys, UnknownKeys unknown, IOptions<KeyOptions> options, TimeProvider clock)
{
    const string Prefix = "$sealed$";

    public bool IsOn => options.Value.SealPasswords;

    public static bool IsSealed(string stored) => stored.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>How a hash begins that is sealed under this key.</summary>
    public static string PrefixOf(string keyId) => $"{Prefix}{keyId}$";

    /// <summary>The key under which the hash is sealed; null if it is not.</summary>
    public static string? KeyOf(string stored) =>
        IsSealed(stored) && stored.IndexOf('$', Prefix.Length) is >= 0 and var end ? stored[Prefix.Length..end] : null;

    /// <summary>Whether the hash is stored as the setting says, under a key that was not replaced.</summary>
    public bool IsCurrent(string stored) => stored == Account.FormerPassword || (IsOn
        ? KeyOf(stored) is { } id && keys.Ring.IsSealing(id, clock.Now())
        : !IsSealed(stored));

    /// <summary>
    /// False if the hash cannot be opened now, but perhaps later: its key is so new that this node does not have it and cannot read it,
    /// or this node needs the new master key.
    /// </summary>
    public async ValueTask<bool> TryLearnAsync(string? stored) =>
        stored is null || KeyOf(stored) is not { } id
        || (await unknown.TryLearnAsync(id) && !keys.Ring.Unopened.Any(key => key.Id == id));

    /// <summary>The hash as the setting says that it is stored.</summary>
    public string Close(string hash, Guid accountId) => IsOn && hash != Account.FormerPassword ? Seal(hash, accountId) : hash;

    /// <summary>The hash; null if it is another account's, or was changed, or its key is lost.</summary>
    public string? Open(string stored, Guid accountId)
    {
        if (!IsSealed(stored)) return stored;
        return stored[Prefix.Length..].Split('$') is [var id, var box] && Base64Url.IsValid(box)
            && keys.Ring.FindSealingKey(id) is { } key
            && key.TryOpen(Base64Url.DecodeFromChars(box), Label(accountId), out var hash)
                ? Encoding.UTF8.GetString(hash)
                : null;
    }

    /// <summary>The hash of one account for another one, or stored as the setting says; null if it cannot be opened.</summary>
    public string? Renew(string stored, Guid from, Guid to) => Open(stored, from) is { } hash ? Close(hash, to) : null;

    /// <summary>The hash under the current sealing key, whatever the setting says.</summary>
    public string Seal(string hash, Guid accountId)
    {
        var (id, key) = keys.Ring.SealingKey(clock.Now());
        return $"{PrefixOf(id)}{Base64Url.EncodeToString(key.Seal(Encoding.UTF8.GetBytes(hash), Label(accountId)))}";
    }

    static byte[] Label(Guid accountId) => [.. "password "u8, .. accountId.ToByteArray(bigEndian: true)];
}
