using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>MD5-crypt, of FreeBSD and old Linux (<c>$1$</c>) and of Apache (<c>$apr1$</c>): a thousand rounds of MD5.</summary>
sealed partial class Md5CryptFormat : IHashFormat
{
    const int Rounds = 1000;
    const int MostSalt = 8;
    const int DigestLength = 22;
    const long Work = 1300;

    public string Form => "An MD5-crypt hash must have the form $1$SALT$HASH or $apr1$SALT$HASH.";

    // The order of the digest's bytes in the text.
    static ReadOnlySpan<byte> Order => [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5, 11];

    public bool Begins(string hash) =>
        hash.StartsWith("$1$", StringComparison.Ordinal) || hash.StartsWith("$apr1$", StringComparison.Ordinal);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts) return null;
        var (magic, salt) = (Encoding.ASCII.GetBytes(parts.Groups[1].Value), Encoding.ASCII.GetBytes(parts.Groups[2].Value));
        var (form, none) = (hash[..^DigestLength], new string('.', DigestLength));
        return StoredHash.Of(new HashCost(0, Work), new FastHash(hash, form + none, password => form + CryptText.Of(Digest(password, magic, salt), Order)));
    }

#pragma warning disable CA5351 // Only to verify a hash from elsewhere, once; then Argon2id replaces it.
    static byte[] Digest(ReadOnlySpan<byte> password, ReadOnlySpan<byte> magic, ReadOnlySpan<byte> salt)
    {
        var digest = First(password, magic, salt);
        Span<byte> round = stackalloc byte[(2 * PasswordBytes.Most) + MostSalt + MD5.HashSizeInBytes];
        for (var number = 0; number < Rounds; number++)
        {
            var isOdd = number % 2 == 1;
            var text = new Appended(round);
            text.Add(isOdd ? password : digest);
            if (number % 3 != 0) text.Add(salt);
            if (number % 7 != 0) text.Add(password);
            text.Add(isOdd ? digest : password);
            MD5.HashData(text.Bytes, digest);
        }
        CryptographicOperations.ZeroMemory(round);
        return digest;
    }

    static byte[] First(ReadOnlySpan<byte> password, ReadOnlySpan<byte> magic, ReadOnlySpan<byte> salt)
    {
        var alternate = MD5.HashData([.. password, .. salt, .. password]);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData([.. password, .. magic, .. salt]);
        for (var left = password.Length; left > 0; left -= alternate.Length) hash.AppendData(alternate.AsSpan(0, Math.Min(left, alternate.Length)));
        // The first character stands where the digest was meant to; it has always been so.
        for (var bits = password.Length; bits > 0; bits >>= 1) hash.AppendData((bits & 1) == 1 ? [0] : password[..1]);
        return hash.GetHashAndReset();
    }
#pragma warning restore CA5351

    [GeneratedRegex(@"\A(\$1\$|\$apr1\$)([!-#%-~]{0,8})\$([./0-9A-Za-z]{22})\z")]
    private static partial Regex Pattern();
}
