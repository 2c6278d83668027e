using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>scrypt as a PHC string, as passlib writes it.</summary>
sealed partial class ScryptFormat : IHashFormat
{
    public string Form => "A scrypt hash must have the form $scrypt$ln=14,r=8,p=1$SALT$HASH.";

    public bool Begins(string hash) => hash.StartsWith("$scrypt$", StringComparison.Ordinal);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts) return null;
        var scrypt = new Scrypt(HashText.Number(parts.Groups[1]), HashText.Number(parts.Groups[2]), HashText.Number(parts.Groups[3]));
        // Of 32 bytes, as almost all, or of 64. A hash that was cut off is none.
        return scrypt.AreValid && HashText.FromBase64(parts.Groups[4]) is { } salt && HashText.FromBase64(parts.Groups[5]) is { Length: 32 or 64 } key
            ? new StoredHash(scrypt.Cost, password => scrypt.Verify(password, salt, key))
            : null;
    }

    [GeneratedRegex(@"\A\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{0,100})\$([A-Za-z0-9+/]{22,200})\z")]
    private static partial Regex Pattern();
}
