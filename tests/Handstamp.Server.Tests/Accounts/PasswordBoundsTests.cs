using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The passwords at the edges of the rules, both those that may be chosen and those that are checked.</summary>
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
    // Digits follow each other in a circle; letters do not, nor does a digit and what is no digit.
    [InlineData("0YZ[\\]^_")]
    [InlineData("Y0123456")]
    [InlineData("abcdefgk")]
    [InlineData("hgfedcbx")]
    [InlineData("13579135")]
    [InlineData("12344321")]
    [InlineData("zabcdefg")]
    public void What_only_begins_like_a_sequence_is_none(string password) =>
        Assert.NotEqual(PasswordRules.Sequence, Policy.Fault(password, TestAccounts.Email)?.Rule);

    [Theory]
    [InlineData("90123456")]
    [InlineData("32109876")]
    [InlineData("tuvwxyz{")]
    [InlineData("3456789:;")]
    public void What_follows_by_its_number_is_a_sequence(string password) =>
        Assert.Equal(PasswordRules.Sequence, Policy.Fault(password, TestAccounts.Email)?.Rule);
}
