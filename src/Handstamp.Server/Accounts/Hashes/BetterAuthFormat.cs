using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>
/// scrypt as better-auth stores it (@better-auth/utils, password.mjs): the salt and the key in hexadecimal. The salt is used as it
/// is written. better-auth normalizes passwords to Form KC, so one whose Form C differs from that is not verified.
/// </summary>
sealed partial class BetterAuthFormat : IHashFormat
{
    static readonly Scrypt Scrypt = new(LogN: 14, R: 16, P: 1);

    public string Form => "A hash of better-auth must be 32 hexadecimal digits, a colon and 128 hexadecimal digits.";

    public bool Begins(string hash) => Beginning().IsMatch(hash);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts) return null;
        var (salt, key) = (Encoding.ASCII.GetBytes(parts.Groups[1].Value), Convert.FromHexString(parts.Groups[2].Value));
        return new StoredHash(Scrypt.Cost, password => Scrypt.Verify(password, salt, key));
    }

    [GeneratedRegex(@"\A[0-9a-f]{32}:")]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\A([0-9a-f]{32}):([0-9a-f]{128})\z")]
    private static partial Regex Pattern();
}
