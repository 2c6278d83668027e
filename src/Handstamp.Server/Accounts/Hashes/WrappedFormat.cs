using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>
/// A fast hash inside Argon2id: <c>$wrapped$FORM$argon2id$…</c>. The form is base64 of the fast hash without its digest; Argon2id has
/// hashed its whole text. So a stolen database says nothing about the fast hash, and the password is still verified.
/// </summary>
sealed partial class WrappedFormat : IHashFormat
{
    const string Prefix = "$wrapped$";

    public string Form => $"A wrapped hash must have the form {Prefix}FORM$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH.";

    /// <summary>The wrapped text of a fast hash; null if the hash is of another kind. Takes the time of Argon2id.</summary>
    public static string? Wrap(string hash, Argon2id argon2id) => HashFormats.Read(hash)?.Fast is { } fast
        ? $"{Prefix}{Convert.ToBase64String(Encoding.ASCII.GetBytes(fast.Form)).TrimEnd('=')}{argon2id.Hash(fast.Text)}"
        : null;

    public bool Begins(string hash) => hash.StartsWith(Prefix, StringComparison.Ordinal);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts || HashText.FromBase64(parts.Groups[1]) is not { } form) return null;
        if (HashFormats.Read(Encoding.ASCII.GetString(form)) is not { Fast: { } fast } inner) return null;
        if (HashFormats.Read(parts.Groups[2].Value) is not { } outer) return null;
        return new StoredHash(
            new HashCost(outer.Cost.MemoryKiB, outer.Cost.Work + inner.Cost.Work),
            password => outer.Verify(Encoding.ASCII.GetBytes(fast.Compute(password))))
        {
            IsAllowed = true,
        };
    }

    [GeneratedRegex(@"\A\$wrapped\$([A-Za-z0-9+/]{1,400})(\$argon2id\$[^\n]+)\z")]
    private static partial Regex Pattern();
}
