using System.Globalization;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>PBKDF2 as passlib writes it: <c>$pbkdf2-sha256$29000$SALT$HASH</c>. Hashes of Keycloak are imported in this form.</summary>
sealed partial class Pbkdf2Format : IHashFormat
{
    public string Form => "A PBKDF2 hash must have the form $pbkdf2-sha256$29000$SALT$HASH, with SHA-1 (no suffix), sha256 or sha512.";

    /// <summary>The text of a hash. Salt and key are base64.</summary>
    public static string Text(string function, int iterations, string salt, string key) => string.Create(
        CultureInfo.InvariantCulture, $"$pbkdf2{(function == "sha1" ? "" : $"-{function}")}${iterations}${salt.TrimEnd('=')}${key.TrimEnd('=')}");

    public bool Begins(string hash) => hash.StartsWith("$pbkdf2", StringComparison.Ordinal);

    public StoredHash? Read(string hash) =>
        Pattern().Match(hash) is { Success: true } parts
        && Pbkdf2.HashOf(parts.Groups[1].Value) is { } function
        && HashText.FromBase64(parts.Groups[3]) is { } salt && HashText.FromBase64(parts.Groups[4]) is { } key
            ? new Pbkdf2(function, HashText.Number(parts.Groups[2])).ToHash(salt, key)
            : null;

    [GeneratedRegex(@"\A\$pbkdf2(?:-(sha256|sha512))?\$(\d{1,9})\$([A-Za-z0-9+/.]{0,200})\$([A-Za-z0-9+/.]{22,200})\z")]
    private static partial Regex Pattern();
}
