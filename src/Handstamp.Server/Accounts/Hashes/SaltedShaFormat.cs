using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>
/// Salted SHA as directories store it (LDAP): <c>{SSHA}</c>, <c>{SSHA256}</c> and <c>{SSHA512}</c>, and base64 of the hash and the
/// salt. One round: who has the hash guesses billions of passwords a second.
/// </summary>
sealed partial class SaltedShaFormat : IHashFormat
{
    public string Form => "A salted SHA hash must be {SSHA}, {SSHA256} or {SSHA512}, and base64 of the hash and its salt.";

    public bool Begins(string hash) => hash.StartsWith("{SSHA", StringComparison.Ordinal);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts || HashText.FromBase64(parts.Groups[2]) is not { } bytes) return null;
        var (function, length) = parts.Groups[1].Value switch
        {
            "512" => (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes),
            "256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            _ => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
        };
        // Without a salt it is another kind of hash.
        if (bytes.Length <= length) return null;
        var (name, salt) = (hash[..parts.Groups[2].Index], bytes[length..]);
        return StoredHash.Of(default, new FastHash(name + Convert.ToBase64String(bytes), TextOf(new byte[length]), password =>
            TextOf(CryptographicOperations.HashData(function, [.. password, .. salt]))));

        string TextOf(byte[] digest) => name + Convert.ToBase64String([.. digest, .. salt]);
    }

    [GeneratedRegex(@"\A\{SSHA(256|512|)\}([A-Za-z0-9+/]{28,200}={0,2})\z")]
    private static partial Regex Pattern();
}
