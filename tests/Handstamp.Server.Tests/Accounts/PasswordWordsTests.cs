using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Which words of a person's names count, and how much more than these a password has to be.</summary>
public sealed class PasswordWordsTests
{
    static readonly PasswordPolicy Policy = TestAccounts.Policy();

    [Theory]
    [InlineData("g@zephyr.io")]
    [InlineData("g.zephyr@x.io")]
    [InlineData("g+zephyr@x.io")]
    [InlineData("g-zephyr@x.io")]
    [InlineData("g_zephyr@x.io")]
    [InlineData("zephyr")]
    [InlineData("ZEPHYR")]
    public void A_word_of_a_name_is_what_stands_between_its_marks(string name)
    {
        Assert.Equal(PasswordRules.Guessable, Policy.Fault("zephyr7Qx!zk2", name)?.Rule);
        Assert.Equal(PasswordRules.Guessable, Policy.Fault("7Qx!Zephyrzk2", name)?.Rule);
        Assert.Null(Policy.Fault("zephyr7Qx!zk2w", name));
        Assert.Null(Policy.Fault("zephyr7Qx!zk2", "g@other.io"));
    }

    [Theory]
    [InlineData("zep@x.io", "zep7Qx!zk2", true)]
    [InlineData("zeph@x.io", "zeph7Qx!zk2", false)]
    [InlineData("zeph@x.io", "zeph7Qx!zk2w", true)]
    public void A_word_of_fewer_than_four_letters_does_not_count(string name, string password, bool isFine) =>
        Assert.Equal(isFine, Policy.Fault(password, name) is null);

    [Fact]
    public void The_part_before_the_at_sign_counts_as_a_whole()
    {
        Assert.Equal(PasswordRules.Guessable, Policy.Fault("q.z.k7Qx!zk2", "q.z.k@x.io")?.Rule);
        Assert.Null(Policy.Fault("q.z.k7Qx!zk2", "other@x.io"));
    }

    [Theory]
    [InlineData("q.zephyr7Qx!zk2", false)]
    [InlineData("q.zephyr7Qx!zk2w", true)]
    public void What_stands_beside_a_word_in_the_part_before_the_at_sign_does_not_count_either(string password, bool isFine) =>
        Assert.Equal(isFine, Policy.Fault(password, "q.zephyr@x.io") is null);

    [Fact]
    public void Every_name_of_the_account_counts()
    {
        var account = TestAccounts.Account(email: "ada@quixote.io") with
        {
            Identifiers = [Identifier.OfEmail("ada@quixote.io"), Identifier.OfUsername("Zephyr")],
        };

        Assert.Equal(PasswordRules.Guessable, Policy.Fault("zephyr7Qx!", account)?.Rule);
        Assert.Equal(PasswordRules.Guessable, Policy.Fault("quixote7Qx!", account)?.Rule);
        Assert.Equal(PasswordRules.Guessable, Policy.Fault("quixote-zephyr7Qx!", account)?.Rule);
        Assert.Null(Policy.Fault("zephyr7Qx!", account with { Identifiers = [] }));
    }

    [Fact]
    public void The_name_of_the_service_counts_also_beside_words_of_the_operator()
    {
        var strict = TestAccounts.Policy(options => options.Password.Words = ["zeppelin"]);

        Assert.Equal(PasswordRules.Guessable, strict.Fault("handstamp7Qx!", TestAccounts.Email)?.Rule);
        Assert.Equal(PasswordRules.Guessable, strict.Fault("Zeppelin-HandStamp", TestAccounts.Email)?.Rule);
        Assert.Equal(
            "The password is little more than the e-mail address or the service's name.", strict.Fault("zeppelin7Qx!")?.Text);
    }

    // The setting is about all of it.
    [Fact]
    public void A_longer_minimum_asks_for_no_more_beside_the_words()
    {
        var strict = TestAccounts.Policy(options => options.Password.MinLength = 15);

        Assert.Null(strict.Fault("zephyr+7Qx!zk2w", "zephyr@x.io"));
    }

    [Theory]
    [InlineData("password", true)]
    [InlineData("PASSWORD", true)]
    [InlineData("Qwertyuiop", true)]
    [InlineData("a violet umbrella", false)]
    public void Common_passwords_are_common_in_any_letter_case(string password, bool isCommon) =>
        Assert.Equal(isCommon, CommonPasswords.Contains(password));

    [Fact]
    public void The_bounds_of_words_are_those_that_the_settings_name() =>
        Assert.Equal((4, 64, 100, 256), (PasswordPolicy.MinWordLength, PasswordPolicy.MaxWordLength, PasswordPolicy.MaxWords, PasswordPolicy.MaxLength));
}
