using System.Text;

namespace Handstamp.Server.Accounts;

/// <summary>
/// What is accepted as an e-mail address. Few texts are refused, because only a mail can show whether an address
/// exists.
/// </summary>
static class EmailAddress
{
    /// <summary>RFC 5321 §4.5.3.1.3 leaves 254 characters for an address in a path.</summary>
    public const int MaxLength = 254;

    /// <summary>
    /// The form in which addresses are compared: letter case does not matter, nor whether an accent is a part of its letter.
    /// </summary>
    public static string Canonical(string email) => Nfc.Of(email).ToUpperInvariant();

    /// <summary>What is wrong with it, in a sentence; null if nothing is.</summary>
    public static string? Fault(string email)
    {
        if (email.Length > MaxLength) return $"An e-mail address can have at most {MaxLength} characters.";
        var at = email.IndexOf('@', StringComparison.Ordinal);
        var isAddress = at > 0 && at == email.LastIndexOf('@') && at < email.Length - 1;
        return isAddress && email.EnumerateRunes().All(IsPlain) ? null : "This is not a valid e-mail address.";
    }

    // An unpaired surrogate is enumerated as the replacement character.
    static bool IsPlain(Rune rune) =>
        !Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune) && rune != Rune.ReplacementChar;
}
