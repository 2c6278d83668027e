using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

public sealed class SecondFactorRuleTests
{
    static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    [Theory]
    [InlineData(false, "", "", false)]
    [InlineData(false, "", "admin", false)]
    [InlineData(false, "admin", "", false)]
    [InlineData(false, "admin", "editor", false)]
    [InlineData(false, "admin", "Admin", false)]
    [InlineData(false, "admin", "admin", true)]
    [InlineData(false, "owner admin", "editor admin", true)]
    [InlineData(true, "", "", true)]
    [InlineData(true, "admin", "editor", true)]
    [InlineData(true, "admin", "admin", true)]
    public void It_applies_to_all_accounts_or_to_those_with_a_role(bool isRequired, string settings, string roles, bool applies)
    {
        var account = TestAccounts.Account() with { Claims = new AccountClaims { Roles = Words(roles) } };

        Assert.Equal(applies, Rule(isRequired ? SecondFactorMode.Required : SecondFactorMode.Optional, Words(settings)).AppliesTo(account));
    }

    [Fact]
    public async Task Where_it_applies_to_nobody_no_account_is_read() =>
        Assert.False(await Rule(SecondFactorMode.Optional, []).DemandsNowAsync(Guid.CreateVersion7(), default));

    [Theory]
    [InlineData("Accounts:SecondFactor", "required", false)]
    [InlineData("Accounts:SecondFactor", "required", true)]
    [InlineData("Accounts:SecondFactorRoles:0", "admin", true)]
    public async Task It_demands_a_factor_when_the_grace_is_over(string setting, string value, bool isAdmin)
    {
        await using var app = await HandstampApp.StartAsync(new() { [setting] = value });
        var rule = app.Get<SecondFactorRule>();
        var account = TestAccounts.Account() with { Claims = new AccountClaims { Roles = isAdmin ? ["admin"] : [] } };
        await app.Get<IAccountStore>().TryCreateAsync(account);

        Assert.False(await rule.DemandsNowAsync(account.Id, default));
        app.Jump(Grace - TimeSpan.FromMilliseconds(1));
        Assert.False(await rule.DemandsNowAsync(account.Id, default));
        app.Jump(TimeSpan.FromMilliseconds(1));
        Assert.True(await rule.DemandsNowAsync(account.Id, default));
        Assert.False(await rule.DemandsNowAsync(Guid.CreateVersion7(), default));
    }

    [Fact]
    public async Task An_account_to_which_it_does_not_apply_has_no_grace_that_runs()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:SecondFactorRoles:0"] = "admin" });
        var rule = app.Get<SecondFactorRule>();
        var account = TestAccounts.Account();
        await app.Get<IAccountStore>().TryCreateAsync(account);
        Assert.False(await rule.DemandsNowAsync(account.Id, default));
        app.Jump(2 * Grace);
        Assert.False(await rule.DemandsNowAsync(account.Id, default));

        await app.Get<AccountOperations>().SetRolesAsync(account, ["admin"]);

        Assert.False(await rule.DemandsNowAsync(account.Id, default));
        app.Jump(Grace);
        Assert.True(await rule.DemandsNowAsync(account.Id, default));
    }

    // Without stores: nothing is read.
    static SecondFactorRule Rule(SecondFactorMode mode, string[] roles) => new(
        accounts: null!, factors: null!, TestAccounts.Options(options => (options.SecondFactor, options.SecondFactorRoles) = (mode, roles)),
        TimeProvider.System);

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
