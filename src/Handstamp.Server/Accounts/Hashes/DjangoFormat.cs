using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>PBKDF2 as Django stores it: <c>pbkdf2_sha256$ITERATIONS$SALT$HASH</c>. The salt is used as it is written.</summary>
sealed partial class DjangoFormat : IHashFormat
{
    public string Form => "A PBKDF2 hash of Django must have the form pbkdf2_sha256$1000000$SALT$HASH, or begin with pbkdf2_sha1.";

    public bool Begins(string hash) => hash.StartsWith("pbkdf2_", StringComparison.Ordinal);

    public StoredHash? Read(string hash) =>
        Pattern().Match(hash) is { Success: true } parts
        && Pbkdf2.HashOf(parts.Groups[1].Value) is { } function
        && HashText.FromBase64(parts.Groups[4]) is { } key
            ? new Pbkdf2(function, HashText.Number(parts.Groups[2])).ToHash(Encoding.ASCII.GetBytes(parts.Groups[3].Value), key)
            : null;

    [GeneratedRegex(@"\Apbkdf2_(sha256|sha1)\$(\d{1,9})\$([!-#%-~]{1,100})\$([A-Za-z0-9+/]{22,100}={0,2})\z")]
    private static partial Regex Pattern();
}
