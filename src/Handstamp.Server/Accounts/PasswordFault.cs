using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts;

/// <summary>Why a password may not be chosen.</summary>
/// <param name="Rule">The rule that it breaks, one of <see cref="PasswordRules"/>.</param>
/// <param name="Text">A sentence.</param>
sealed record PasswordFault(string Rule, string Text)
{
    public Refusal ToRefusal() => new(Problems.PasswordTooWeak, Text) { Rule = Rule };
}

/// <summary>The names of the rules, as programs read them.</summary>
static class PasswordRules
{
    public const string TooLong = "too_long";
    public const string TooShort = "too_short";
    public const string Repeated = "repeated";
    public const string Sequence = "sequence";
    public const string Common = "common";
    public const string Guessable = "guessable";
    public const string Breached = "breached";

    public static readonly IReadOnlyList<string> All = [TooLong, TooShort, Repeated, Sequence, Common, Guessable, Breached];
}
