using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Keys;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>A recovery code as it is stored.</summary>
/// <param name="Mac">Finds it, and says nothing to a person who has the database alone: a hash of a long code, or a MAC of a short one.</param>
/// <param name="Sealed">
/// For an export, the hash of a code that has a MAC, encrypted; null if it was made before there was one. Empty for a code that is
/// stored as its hash.
/// </param>
sealed record RecoveryCode(byte[] Mac, byte[]? Sealed);

/// <summary>
/// Codes for a person who has lost every second factor. 25 letters and digits are 125 bits, which nobody guesses, so the database
/// holds hashes of them: they survive the loss of every key. A code of another system is taken as it is, or as a hash, and may be
/// short, as codes of earlier versions are: the database holds a MAC of it, whose key is not in the database.
/// </summary>
static class RecoveryCodes
{
    public const int Count = 10;

    /// <summary>Other systems give out more.</summary>
    public const int MostImported = 32;

    public const string Rule =
        "A recovery code has 10 to 64 letters of ASCII and digits, or is a hash that an export has written.";

    // Crockford's: no letter that looks like another one or like a digit.
    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    const int Length = 25;
    const int Group = 5;
    const int MinLength = 10;
    const int MaxLength = 64;

    // Of the account and the code; an account that moves keeps its id.
    const string OwnHash = "$sha256$";

    /// <summary>Keycloak's: of the code alone, in upper case.</summary>
    public const string BareHash = "$sha512$";

    /// <summary>New codes, as they are shown: <c>4k7mq-x2t9d-0v6hn-8rwc3-pj5ye</c>.</summary>
    public static IReadOnlyList<string> New()
    {
        var codes = new HashSet<string>();
        while (codes.Count < Count)
            codes.Add(string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(Group).Select(group => new string(group))));
        return [.. codes];
    }

    /// <summary>A new code as it is stored.</summary>
    public static RecoveryCode ToStore(Guid accountId, string code) => new(HashBytes(accountId, Normalize(code)), []);

    /// <summary>Whether it is a code or a hash of one. Attempts are not counted, so a short one could be guessed.</summary>
    public static bool IsValid(string code) => IsHash(code, OwnHash, SHA256.HashSizeInBytes) || IsHash(code, BareHash, SHA512.HashSizeInBytes) || IsCode(code);

    /// <summary>Whether it is of use only to an account that keeps its id.</summary>
    public static bool NeedsId(string code) => code.StartsWith(OwnHash, StringComparison.Ordinal);

    /// <summary>A valid code of another system, or the hash of one, as it is stored.</summary>
    public static RecoveryCode ToStore(Guid accountId, string code, DataKey key)
    {
        var isHash = code.StartsWith('$');
        var mac = isHash ? MacOfHash(accountId, code, key) : MacOf(accountId, Normalize(code), key);
        var hash = isHash ? code : HashOf(accountId, Normalize(code));
        return new RecoveryCode(mac, key.Seal(Encoding.ASCII.GetBytes(hash), Label(accountId, mac)));
    }

    /// <summary>What a code can be stored as, however it was typed. Empty if it cannot be one.</summary>
    public static IReadOnlyList<byte[]> MacsOf(Guid accountId, string typed, DataKey key) => IsCode(typed)
        ?
        [
            HashBytes(accountId, Normalize(typed)),
            MacOf(accountId, Normalize(typed), key),
            MacOfHash(accountId, HashOf(accountId, Normalize(typed)), key),
            MacOfHash(accountId, $"{BareHash}{Convert.ToBase64String(SHA512.HashData(Encoding.ASCII.GetBytes(Bare(typed).ToUpperInvariant())))}", key),
        ]
        : [];

    /// <summary>The hash for an export. False if there is none, or the row was changed.</summary>
    public static bool TryOpen(Guid accountId, RecoveryCode code, DataKey key, [NotNullWhen(true)] out string? hash)
    {
        hash = code.Sealed is [] ? OwnHash + Convert.ToBase64String(code.Mac)
            : code.Sealed is { } box && key.TryOpen(box, Label(accountId, code.Mac), out var text) ? Encoding.ASCII.GetString(text) : null;
        return hash is not null;
    }

    static bool IsCode(string code)
    {
        var bare = Bare(code);
        return bare.Length is >= MinLength and <= MaxLength && bare.All(char.IsAsciiLetterOrDigit);
    }

    static bool IsHash(string code, string kind, int length)
    {
        if (!code.StartsWith(kind, StringComparison.Ordinal)) return false;
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        // In the one form that is compared.
        return Convert.TryFromBase64String(code[kind.Length..], hash, out var written) && written == length
            && code == $"{kind}{Convert.ToBase64String(hash[..written])}";
    }

    static byte[] MacOf(Guid accountId, string normal, DataKey key) =>
        key.Authenticate([.. "recovery code "u8, .. Bytes(accountId), .. Encoding.ASCII.GetBytes(normal)]);

    static byte[] MacOfHash(Guid accountId, string hash, DataKey key) =>
        key.Authenticate([.. "hash of recovery code "u8, .. Bytes(accountId), .. Encoding.ASCII.GetBytes(hash)]);

    static string HashOf(Guid accountId, string normal) => OwnHash + Convert.ToBase64String(HashBytes(accountId, normal));

    static byte[] HashBytes(Guid accountId, string normal) =>
        SHA256.HashData([.. "recovery code "u8, .. Bytes(accountId), .. Encoding.ASCII.GetBytes(normal)]);

    static byte[] Label(Guid accountId, byte[] mac) => [.. "recovery code "u8, .. Bytes(accountId), .. mac];

    static byte[] Bytes(Guid accountId) => accountId.ToByteArray(bigEndian: true);

    static string Bare(string code) => string.Concat(code.Where(letter => letter != '-' && !char.IsWhiteSpace(letter)));

    static string Normalize(string code) => string.Concat(Bare(code)
        .Select(letter => char.ToLowerInvariant(letter) switch { 'o' => '0', 'i' or 'l' => '1', var other => other }));
}
