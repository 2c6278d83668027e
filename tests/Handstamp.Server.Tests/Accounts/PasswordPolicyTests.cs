using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class PasswordPolicyTests
{
    const string Common = "This password is too common.";
    const string Repetition = "The password is one repeated character.";
    const string Sequence = "The password is a simple sequence of characters.";
    const string Words = "The password is little more than the e-mail address or the service's name.";

    // 257 characters.
    const string LongerThanAny = Sixteen + Sixteen + Sixteen + Sixteen + Sixteen + Sixteen + Sixteen + Sixteen
        + Sixteen + Sixteen + Sixteen + Sixteen + Sixteen + Sixteen + Sixteen + Sixteen + ".";
    const string Sixteen = "violet..umbrella";

    static readonly PasswordPolicy Policy = TestAccounts.Policy();

    [Theory]
    [InlineData("a violet umbrella")]
    [InlineData("xk9!zq2p")]
    [InlineData("no digits nor capitals needed")]
    [InlineData("🔑🚪🏠🌳🐝🍯🥄🫖")]
    [InlineData("adalikes2swim")]
    public void A_password_that_is_hard_to_guess_is_accepted(string password) => Assert.Null(Fault(password));

    [Theory]
    [InlineData("", "A password must have at least 8 characters.")]
    [InlineData("xk9!zq2", "A password must have at least 8 characters.")]
    [InlineData("🔑🚪🏠🌳🐝🍯🥄", "A password must have at least 8 characters.")]
    [InlineData("zzzzzzzzzzzz", Repetition)]
    [InlineData("12345678", Sequence)]
    [InlineData("1234567890123456", Sequence)]
    [InlineData("87654321", Sequence)]
    [InlineData("09876543", Sequence)]
    [InlineData("abcdefgh", Sequence)]
    [InlineData("ZYXWVUTSRQ", Sequence)]
    [InlineData("password", Common)]
    [InlineData("PassWord1", Common)]
    [InlineData("qwertyuiop", Common)]
    [InlineData("!qaz2wsx", Common)]
    [InlineData("grace.hopper", Words)]
    [InlineData("Grace2026!", Words)]
    [InlineData("hopperhopper", Words)]
    [InlineData("ACME-2026", Words)]
    [InlineData("handstamp", Words)]
    [InlineData("Handstamp1234567", Words)]
    public void A_password_that_attackers_try_first_is_refused_with_the_reason(string password, string fault) =>
        Assert.Equal(fault, Fault(password));

    [Fact]
    public void The_address_is_refused_as_a_password_even_with_short_words() =>
        Assert.Equal(Words, Policy.Fault(TestAccounts.Email, TestAccounts.Email)?.Text);

    [Theory]
    [InlineData("Zeppelin!1")]
    [InlineData("zeppelin zeppelin")]
    [InlineData("ble\u0301riot-2026")]
    public void A_password_that_is_little_more_than_a_word_of_the_operator_is_refused(string password)
    {
        var strict = TestAccounts.Policy(options => options.Password.Words = ["zeppelin", "bl\u00E9riot"]);

        Assert.Equal(PasswordRules.Guessable, strict.Fault(password, TestAccounts.Email)?.Rule);
        Assert.Null(strict.Fault("a violet zeppelin", TestAccounts.Email));
        Assert.Null(Fault(password));
    }

    [Fact]
    public void The_minimum_length_is_a_setting()
    {
        var strict = TestAccounts.Policy(options => options.Password.MinLength = 15);

        Assert.Equal("A password must have at least 15 characters.", strict.Fault("fourteen chars", TestAccounts.Email)?.Text);
        Assert.Null(strict.Fault("fifteen chars!!", TestAccounts.Email));
    }

    [Fact]
    public void An_accent_after_its_letter_does_not_count_as_a_character() =>
        Assert.Equal("A password must have at least 8 characters.", Fault("u\u0308ber-a\u0308r"));

    [Fact]
    public void The_longest_password_has_256_characters()
    {
        var longest = string.Concat(Enumerable.Repeat("violet..", 32));

        Assert.Null(Fault(longest));
        Assert.Equal("A password can have at most 256 characters.", Fault(longest + "."));
    }

    [Theory]
    [InlineData(LongerThanAny, PasswordRules.TooLong)]
    [InlineData("xk9!zq2", PasswordRules.TooShort)]
    [InlineData("zzzzzzzzzzzz", PasswordRules.Repeated)]
    [InlineData("abcdefgh", PasswordRules.Sequence)]
    [InlineData("PassWord1", PasswordRules.Common)]
    [InlineData("grace.hopper", PasswordRules.Guessable)]
    public void A_refusal_names_the_rule(string password, string rule) =>
        Assert.Equal(rule, Policy.Fault(password, "grace.hopper@acme.example")?.Rule);

    static string? Fault(string password) => Policy.Fault(password, "grace.hopper@acme.example")?.Text;
}
