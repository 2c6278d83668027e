using System.Security.Claims;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Identity's own manager, end to end over the database.</summary>
public sealed class AccountUserStoreTests
{
    [Fact]
    public async Task An_account_is_created_found_and_its_password_checked_through_the_manager()
    {
        await using var service = await AccountService.StartAsync();
        var users = service.Get<UserManager<Account>>();
        var account = TestAccounts.Account();

        Assert.True((await users.CreateAsync(account, TestAccounts.Password)).Succeeded);

        var found = (await users.FindByEmailAsync("ADA@example.com"))!;
        Assert.Equal(account.Id, found.Id);
        Assert.Equal(account.Id, (await users.FindByNameAsync("ada@EXAMPLE.com"))!.Id);
        Assert.Equal(account.Id, (await users.FindByIdAsync(account.Id.ToString()))!.Id);
        Assert.Null(await users.FindByIdAsync("no id"));
        Assert.True(await users.CheckPasswordAsync(found, TestAccounts.Password));
        Assert.False(await users.CheckPasswordAsync(found, "wrong"));
    }

    [Fact]
    public async Task What_breaks_a_rule_is_not_created()
    {
        await using var service = await AccountService.StartAsync();
        var users = service.Get<UserManager<Account>>();
        await service.AddAccountAsync();

        await RefusedAsync("DuplicateEmail", users.CreateAsync(TestAccounts.Account(), TestAccounts.Password));
        await RefusedAsync("PasswordTooWeak", users.CreateAsync(Other(_ => { }), "password"));
        await RefusedAsync("InvalidAccount", users.CreateAsync(Other(account => account.Email = "no address")));
        await RefusedAsync("InvalidAccount", users.CreateAsync(Other(account =>
            account.Claims = new AccountClaims { Roles = ["two words"] })));
    }

    [Fact]
    public async Task Roles_and_claims_are_kept_as_they_were_written()
    {
        await using var service = await AccountService.StartAsync();
        var users = service.Get<UserManager<Account>>();
        var account = await service.AddAccountAsync();

        await users.AddToRolesAsync(account, ["Admin", "billing"]);
        await users.RemoveFromRoleAsync(account, "billing");
        await users.AddClaimsAsync(account, [new("tenant", "acme"), new("plan", "gold"), new("region", "eu")]);
        await users.ReplaceClaimAsync(account, new Claim("plan", "gold"), new Claim("plan", "silver"));
        await users.RemoveClaimAsync(account, new Claim("region", "eu"));

        var found = (await service.FindAsync(account.Id))!;
        Assert.Equal(["Admin"], await users.GetRolesAsync(found));
        Assert.True(await users.IsInRoleAsync(found, "Admin"));
        Assert.False(await users.IsInRoleAsync(found, "admin"));
        Assert.Equal(
            ["tenant=acme", "plan=silver"],
            (await users.GetClaimsAsync(found)).Select(claim => $"{claim.Type}={claim.Value}"));
    }

    [Fact]
    public async Task A_claim_that_tokens_give_a_meaning_is_refused()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();

        await RefusedAsync(
            "InvalidAccount", service.Get<UserManager<Account>>().AddClaimAsync(account, new Claim("sub", "somebody")));
        Assert.Empty((await service.FindAsync(account.Id))!.Claims.Custom);
    }

    [Fact]
    public async Task A_changed_password_ends_every_session()
    {
        await using var service = await AccountService.StartAsync();
        var users = service.Get<UserManager<Account>>();
        var account = await service.AddAccountAsync();
        Guid[] sessions = [await service.BeginSessionAsync(account), await service.BeginSessionAsync(account)];

        Assert.True((await users.ChangePasswordAsync(account, TestAccounts.Password, "a green umbrella")).Succeeded);

        foreach (var session in sessions) Assert.Equal(EndReason.PasswordChanged, await service.EndOfAsync(session));
    }

    [Fact]
    public async Task An_update_that_changes_neither_password_nor_state_ends_no_session()
    {
        await using var service = await AccountService.StartAsync();
        var users = service.Get<UserManager<Account>>();
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);

        Assert.True((await users.AddToRoleAsync(account, "Admin")).Succeeded);

        Assert.Null(await service.EndOfAsync(session));
    }

    [Fact]
    public async Task An_update_of_an_old_reading_is_refused_and_ends_no_session()
    {
        await using var service = await AccountService.StartAsync();
        var users = service.Get<UserManager<Account>>();
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);
        var old = (await service.FindAsync(account.Id))!;
        await users.AddToRoleAsync(account, "Admin");

        await RefusedAsync("ConcurrencyFailure", users.UpdateSecurityStampAsync(old));

        Assert.Null(await service.EndOfAsync(session));
        Assert.Equal(["Admin"], (await service.FindAsync(account.Id))!.Claims.Roles);
    }

    [Fact]
    public async Task The_first_stamp_of_an_account_ends_no_session()
    {
        await using var service = await AccountService.StartAsync();
        var users = service.Get<UserManager<Account>>();
        var account = TestAccounts.Account();
        await users.CreateAsync(account, TestAccounts.Password);
        var session = await service.BeginSessionAsync(account);

        Assert.True((await users.AddToRoleAsync(account, "Admin")).Succeeded);

        Assert.Null(await service.EndOfAsync(session));
    }

    [Fact]
    public async Task One_reading_can_be_updated_again_and_again()
    {
        await using var service = await AccountService.StartAsync();
        var users = service.Get<UserManager<Account>>();
        var account = await service.AddAccountAsync();

        Assert.True((await users.AddToRoleAsync(account, "first")).Succeeded);
        Assert.True((await users.UpdateSecurityStampAsync(account)).Succeeded);
        Assert.True((await users.AddToRoleAsync(account, "second")).Succeeded);
        var session = await service.BeginSessionAsync(account);
        Assert.True((await users.AddToRoleAsync(account, "third")).Succeeded);

        Assert.Null(await service.EndOfAsync(session));
    }

    static Account Other(Action<Account> change)
    {
        var account = TestAccounts.Account();
        account.Email = "eve@example.com";
        change(account);
        return account;
    }

    static async Task RefusedAsync(string code, Task<IdentityResult> operation) =>
        Assert.Equal([code], (await operation).Errors.Select(error => error.Code));
}
