using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Keys;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>
/// Codes for a person who has lost every second factor. Ten letters and digits are 50 bits: too many to guess at the service,
/// and the database holds only MACs of them, whose key is not in it.
/// </summary>
static class RecoveryCodes
{
    public const int Count = 10;

    // Crockford's: no letter that looks like another one or like a digit.
    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    const int Length = 10;

    /// <summary>New codes, as they are shown: <c>4k7mq-x2t9d</c>.</summary>
    public static IReadOnlyList<string> New()
    {
        var codes = new HashSet<string>();
        while (codes.Count < Count) codes.Add(RandomNumberGenerator.GetString(Alphabet, Length).Insert(Length / 2, "-"));
        return [.. codes];
    }

    /// <summary>The MAC of a code for its account, however the code was typed. Null if it cannot be one.</summary>
    public static byte[]? MacOf(Guid accountId, string code, DataKey key)
    {
        var normal = Normalize(code);
        return normal.Length == Length && normal.All(letter => Alphabet.Contains(letter, StringComparison.Ordinal))
            ? key.Authenticate([.. "recovery code "u8, .. accountId.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(normal)])
            : null;
    }

    static string Normalize(string code) => string.Concat(code
        .Where(letter => letter != '-' && !char.IsWhiteSpace(letter))
        .Select(letter => char.ToLowerInvariant(letter) switch { 'o' => '0', 'i' or 'l' => '1', var other => other }));
}
