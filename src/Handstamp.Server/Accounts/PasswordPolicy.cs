using Handstamp.Server.Accounts.Breached;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Which passwords may be chosen, according to NIST SP 800-63B §3.1.1.2: a minimum length, and none that are common, were
/// breached, or can be guessed from the address or the service's name. There are no rules about kinds of characters,
/// because they make passwords worse.
/// </summary>
sealed class PasswordPolicy(IOptions<AccountOptions> options, BreachedPasswords breached)
{
    /// <summary>In UTF-16 code units. A longer one is refused before any work is done on it.</summary>
    public const int MaxLength = 256;

    const string ServiceName = "handstamp";

    /// <summary>A shorter word is in too many passwords by chance.</summary>
    public const int MinWordLength = 4;

    public const int MaxWordLength = 64;

    public const int MaxWords = 100;

    readonly int _minLength = options.Value.Password.MinLength;
    readonly string[] _words = [ServiceName, .. options.Value.Password.Words.Select(Nfc.Of)];

    /// <summary>What is wrong with the password of this account; null if nothing is.</summary>
    public PasswordFault? Fault(string password, Account account) =>
        Fault(password, [.. account.Identifiers.Select(identifier => identifier.Value)]);

    /// <summary>What is wrong with the password of a person with these names; null if nothing is.</summary>
    public PasswordFault? Fault(string password, params IReadOnlyList<string> names)
    {
        if (password.Length > MaxLength) return new(PasswordRules.TooLong, $"A password can have at most {MaxLength} characters.");
        var normalized = Nfc.Of(password);
        // Each code point counts as one character (SP 800-63B §3.1.1.2).
        if (normalized.EnumerateRunes().Count() < _minLength)
            return new(PasswordRules.TooShort, $"A password must have at least {_minLength} characters.");
        if (IsRepetition(normalized)) return new(PasswordRules.Repeated, "The password is one repeated character.");
        if (IsSequence(normalized)) return new(PasswordRules.Sequence, "The password is a simple sequence of characters.");
        if (CommonPasswords.Contains(normalized)) return new(PasswordRules.Common, "This password is too common.");
        if (IsMadeOf(Words(names).Concat(_words), normalized))
            return new(PasswordRules.Guessable, "The password is little more than the e-mail address or the service's name.");
        // Last, because it reads a file.
        if (breached.Contains(password) is true)
            return new(PasswordRules.Breached, "This password is in a list of breached passwords, so attackers try it.");
        return null;
    }

    static bool IsRepetition(string password) => password.AsSpan().Trim(password[0]).IsEmpty;

    static bool IsSequence(string password) => IsSequence(password, 1) || IsSequence(password, -1);

    static bool IsSequence(string password, int step)
    {
        for (var index = 1; index < password.Length; index++)
            if (!Follows(password[index - 1], password[index], step)) return false;
        return true;
    }

    // The 0 follows the 9, as on a keyboard.
    static bool Follows(char first, char second, int step) =>
        char.IsAsciiDigit(first) && char.IsAsciiDigit(second)
            ? (second - first - step) % 10 == 0
            : second - first == step;

    /// <summary>Whether the rest without these words would be too short for a password.</summary>
    static bool IsMadeOf(IEnumerable<string> words, string password)
    {
        var rest = words.Aggregate(
            password, (left, word) => left.Replace(word, "", StringComparison.OrdinalIgnoreCase));
        return rest.Length < AccountPasswordOptions.LeastMinLength;
    }

    static IEnumerable<string> Words(IReadOnlyList<string> names) =>
        names.SelectMany(name => name.Split('@', '.', '+', '-', '_').Prepend(name.Split('@')[0]).Prepend(name))
            .Where(word => word.Length >= MinWordLength);
}
