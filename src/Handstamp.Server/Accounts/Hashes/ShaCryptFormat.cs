using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>
/// SHA-crypt with SHA-256 (<c>$5$</c>) and SHA-512 (<c>$6$</c>), by Ulrich Drepper's specification
/// (akkadia.org/drepper/SHA-crypt.txt).
/// </summary>
sealed partial class ShaCryptFormat : IHashFormat
{
    const int DefaultRounds = 5000;
    const int LeastRounds = 1000;
    const int MostSalt = 16;

    // In KiB of Argon2id. A round takes in the password up to twice.
    const int WorkOfRound256 = 1;
    const int WorkOfRound512 = 2;
    const int WorstWorkOfRound = 6;

    public string Form => "A SHA-crypt hash must have the form $6$SALT$HASH or $6$rounds=5000$SALT$HASH, or begin with $5$.";

    static ReadOnlySpan<byte> OrderOf256 =>
    [
        0, 10, 20, 21, 1, 11, 12, 22, 2, 3, 13, 23, 24, 4, 14, 15, 25, 5, 6, 16, 26, 27, 7, 17, 18, 28, 8, 9, 19, 29, 31, 30,
    ];

    static ReadOnlySpan<byte> OrderOf512 =>
    [
        0, 21, 42, 22, 43, 1, 44, 2, 23, 3, 24, 45, 25, 46, 4, 47, 5, 26, 6, 27, 48, 28, 49, 7, 50, 8, 29, 9, 30, 51, 31, 52, 10,
        53, 11, 32, 12, 33, 54, 34, 55, 13, 56, 14, 35, 15, 36, 57, 37, 58, 16, 59, 17, 38, 18, 39, 60, 40, 61, 19, 62, 20, 41, 63,
    ];

    public bool Begins(string hash) =>
        hash.StartsWith("$5$", StringComparison.Ordinal) || hash.StartsWith("$6$", StringComparison.Ordinal);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts) return null;
        var (function, length, work) = parts.Groups[1].Value == "5"
            ? (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes, WorkOfRound256)
            : (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes, WorkOfRound512);
        var (salt, expected) = (Encoding.ASCII.GetBytes(parts.Groups[3].Value), parts.Groups[4].Length);
        var rounds = parts.Groups[2].Success ? HashText.Number(parts.Groups[2]) : DefaultRounds;
        if (rounds < LeastRounds || expected != ((length * 8) + 5) / 6) return null;
        var (form, none) = (hash[..^expected], new string('.', expected));
        return StoredHash.Of(
            new HashCost(0, (long)rounds * work, (long)rounds * WorstWorkOfRound),
            new FastHash(hash, form + none, password => form + CryptText.Of(
                Digest(function, length, password, salt, rounds), length == SHA256.HashSizeInBytes ? OrderOf256 : OrderOf512)));
    }

    // The names of the specification: A, P and S are its digest and its two sequences.
    static byte[] Digest(HashAlgorithmName function, int length, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds)
    {
        var a = First(function, password, salt);
        Span<byte> p = stackalloc byte[password.Length];
        Repeat(Repeated(function, password, password.Length), p);
        Span<byte> s = stackalloc byte[salt.Length];
        Repeat(Repeated(function, salt, 16 + a[0]), s);

        Span<byte> round = stackalloc byte[(2 * PasswordBytes.Most) + MostSalt + length];
        for (var number = 0; number < rounds; number++)
        {
            var isOdd = number % 2 == 1;
            var text = new Appended(round);
            text.Add(isOdd ? p : a);
            if (number % 3 != 0) text.Add(s);
            if (number % 7 != 0) text.Add(p);
            text.Add(isOdd ? a : p);
            CryptographicOperations.HashData(function, text.Bytes, a);
        }
        CryptographicOperations.ZeroMemory(round);
        CryptographicOperations.ZeroMemory(p);
        return a;
    }

    static byte[] First(HashAlgorithmName function, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt)
    {
        var b = CryptographicOperations.HashData(function, [.. password, .. salt, .. password]);
        using var hash = IncrementalHash.CreateHash(function);
        hash.AppendData([.. password, .. salt]);
        for (var left = password.Length; left > 0; left -= b.Length) hash.AppendData(b.AsSpan(0, Math.Min(left, b.Length)));
        for (var bits = password.Length; bits > 0; bits >>= 1) hash.AppendData((bits & 1) == 1 ? b : password);
        return hash.GetHashAndReset();
    }

    static byte[] Repeated(HashAlgorithmName function, ReadOnlySpan<byte> bytes, int times)
    {
        using var hash = IncrementalHash.CreateHash(function);
        for (var time = 0; time < times; time++) hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }

    static void Repeat(ReadOnlySpan<byte> digest, Span<byte> sequence)
    {
        for (var index = 0; index < sequence.Length; index++) sequence[index] = digest[index % digest.Length];
    }

    [GeneratedRegex(@"\A\$([56])\$(?:rounds=(\d{4,9})\$)?([!-#%-~]{0,16})\$([./0-9A-Za-z]{43,86})\z")]
    private static partial Regex Pattern();
}
