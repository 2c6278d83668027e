using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Passwords at the limits of the rules, both for new passwords and for those that are checked.</summary>
public sealed class PasswordBoundsTests
{
    static readonly PasswordPolicy Policy = TestAccounts.Policy();

    [Fact]
    public async Task The_longest_password_logs_in_and_one_that_is_longer_is_malformed()
    {
        await using var service = await AccountService.StartAsync();
        var longest = string.Concat(Enumerable.Repeat("violet..", PasswordPolicy.MaxLength / 8));
        Assert.IsType<AccountOutcome.Done>(await service.Operations.AddAsync(
            TestAccounts.Email, longest, roles: [], TestContext.Current.CancellationToken));

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: longest));
        Assert.IsType<CredentialOutcome.Malformed>(await service.CheckAsync(password: longest + "."));
    }

    [Theory]
    // Digits wrap around: 0 follows 9. Letters do not wrap, and a digit is not followed by another kind of character.
    [InlineData("0YZ[\\]^_")]
    [InlineData("Y0123456")]
    [InlineData("abcdefgk")]
    [InlineData("hgfedcbx")]
    [InlineData("13579135")]
    [InlineData("12344321")]
    [InlineData("zabcdefg")]
    public void A_password_that_only_begins_with_a_sequence_is_not_a_sequence(string password) =>
        Assert.NotEqual(PasswordRules.Sequence, Policy.Fault(password, TestAccounts.Email)?.Rule);

    [Theory]
    [InlineData("90123456")]
    [InlineData("32109876")]
    [InlineData("tuvwxyz{")]
    [InlineData("3456789:;")]
    public void Characters_with_consecutive_code_points_are_a_sequence(string password) =>
        Assert.Equal(PasswordRules.Sequence, Policy.Fault(password, TestAccounts.Email)?.Rule);
}
