using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class AccountOperationsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operator_adds_an_account_although_registration_is_closed()
    {
        await using var service = await AccountService.StartAsync("Accounts:Registration=closed");

        var outcome = await service.Operations.AddAsync("Ada@Example.com", TestAccounts.Password, ["Admin"], Cancel);

        var stored = (await service.FindAsync(Assert.IsType<AccountOutcome.Done>(outcome).Account.Id))!;
        Assert.Equal("Ada@Example.com", stored.Email);
        Assert.Equal(["Admin"], stored.Claims.Roles);
        Assert.Equal(TestAccounts.Now, stored.CreatedAt);
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
    }

    [Fact]
    public async Task An_account_that_breaks_a_rule_is_not_added_and_nothing_is_hashed()
    {
        await using var service = await AccountService.StartAsync();
        var hashed = service.Hasher.Hashed;

        await GivesAsync<AccountOutcome.Invalid>(service, "no address", TestAccounts.Password);
        await GivesAsync<AccountOutcome.Invalid>(service, "eve@example.com", TestAccounts.Password, "two words");
        await GivesAsync<AccountOutcome.WeakPassword>(service, "eve@example.com", "password");

        Assert.Equal(hashed, service.Hasher.Hashed);
    }

    [Fact]
    public async Task A_taken_address_costs_a_hash_like_a_free_one()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();

        await GivesAsync<AccountOutcome.AddressTaken>(service, "ADA@EXAMPLE.COM", TestAccounts.Password);

        Assert.Equal(2, service.Hasher.Hashed);
    }

    [Fact]
    public async Task Two_simultaneous_registrations_of_one_address_make_one_account()
    {
        await using var service = await AccountService.StartAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(_ =>
            service.Operations.AddAsync(TestAccounts.Email, TestAccounts.Password, [], Cancel)));

        Assert.Single(outcomes.OfType<AccountOutcome.Done>());
        Assert.Equal(7, outcomes.OfType<AccountOutcome.AddressTaken>().Count());
    }

    [Fact]
    public async Task When_the_queue_is_full_nothing_is_added()
    {
        await using var service = await AccountService.StartAsync("Accounts:Hashing:QueueLimit=1");

        using (service.FillHashingQueue())
            await GivesAsync<AccountOutcome.Busy>(service, TestAccounts.Email, TestAccounts.Password);

        Assert.Null(await service.Operations.FindAsync(TestAccounts.Email, Cancel));
    }

    [Fact]
    public async Task When_the_queue_is_full_no_password_is_set()
    {
        await using var service = await AccountService.StartAsync("Accounts:Hashing:QueueLimit=1");
        var account = await service.AddAccountAsync();

        using (service.FillHashingQueue())
        {
            Assert.Equal(
                new AccountOutcome.Busy(TimeSpan.FromSeconds(1)),
                await service.Operations.SetPasswordAsync(account, "a green umbrella", HashingQueue.Operator, Cancel));
        }

        Assert.Equal(account.PasswordHash, (await service.FindAsync(account.Id))!.PasswordHash);
    }

    [Fact]
    public async Task An_account_is_found_by_id_and_by_address()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();

        Assert.Equal(account.Id, (await service.Operations.FindAsync(account.Id.ToString(), Cancel))!.Id);
        Assert.Equal(account.Id, (await service.Operations.FindAsync("ADA@example.com", Cancel))!.Id);
        Assert.Null(await service.Operations.FindAsync("eve@example.com", Cancel));
    }

    [Fact]
    public async Task Accounts_are_listed_page_by_page_in_the_order_of_adding()
    {
        await using var service = await AccountService.StartAsync();
        foreach (var name in new[] { "c", "a", "b" })
        {
            await service.AddAccountAsync($"{name}@example.com");
            service.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await service.Operations.ListAsync(after: null, 2, Cancel);
        var second = await service.Operations.ListAsync(first[^1], 2, Cancel);

        Assert.Equal(["c@example.com", "a@example.com"], first.Select(account => account.Email));
        Assert.Equal(["b@example.com"], second.Select(account => account.Email));
    }

    [Fact]
    public async Task A_disabled_account_loses_its_sessions_and_an_enabled_one_can_log_in_again()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);

        Done(await service.Operations.DisableAsync(account));
        Assert.Equal(EndReason.AccountDisabled, await service.EndOfAsync(session));
        Assert.Equal(TestAccounts.Now, (await service.FindAsync(account.Id))!.DisabledAt);
        Assert.IsType<CredentialOutcome.Disabled>(await service.CheckAsync());

        Done(await service.Operations.EnableAsync(account));
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
        Assert.Null(await service.EndOfAsync(await service.BeginSessionAsync(account)));
    }

    [Fact]
    public async Task Deleting_an_account_also_deletes_its_sessions()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);

        Done(await service.Operations.DeleteAsync(account));

        Assert.Equal(EndReason.AccountDeleted, await service.EndOfAsync(session));
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync());
        Assert.IsType<AccountOutcome.Changed>(await service.Operations.DeleteAsync(account));
    }

    [Fact]
    public async Task A_set_password_follows_the_policy_and_ends_every_session()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);

        Assert.IsType<AccountOutcome.WeakPassword>(
            await service.Operations.SetPasswordAsync(account, "password", HashingQueue.Operator, Cancel));
        Assert.Null(await service.EndOfAsync(session));

        Done(await service.Operations.SetPasswordAsync(account, "a green umbrella", HashingQueue.Operator, Cancel));
        Assert.Equal(EndReason.PasswordChanged, await service.EndOfAsync(session));
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync());
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: "a green umbrella"));
    }

    [Fact]
    public async Task Roles_and_claims_are_replaced_and_no_session_ends()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);

        var changed = Done(await service.Operations.SetRolesAsync(account, ["Admin"]));
        changed = Done(await service.Operations.SetClaimsAsync(changed, [new("tenant", "acme")]));
        Assert.IsType<AccountOutcome.Invalid>(await service.Operations.SetClaimsAsync(changed, [new("sub", "eve")]));
        Assert.IsType<AccountOutcome.Changed>(await service.Operations.SetRolesAsync(account, ["Late"]));

        var stored = (await service.FindAsync(account.Id))!;
        Assert.Equal(["Admin"], stored.Claims.Roles);
        Assert.Equal([new("tenant", "acme")], stored.Claims.Custom);
        Assert.Null(await service.EndOfAsync(session));
    }

    [Fact]
    public async Task Operations_are_logged_by_id_and_never_by_address_or_password()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();
        await service.CheckAsync();
        await service.Operations.SetPasswordAsync(account, "a green umbrella", HashingQueue.Operator, Cancel);
        await service.Operations.SetRolesAsync(account, ["Admin"]);
        await service.Operations.DisableAsync(account);
        await service.Operations.EnableAsync(account);
        await service.Operations.DeleteAsync(account);

        foreach (var kind in (string[])["added", "password_changed", "roles_changed", "disabled", "enabled", "deleted"])
            Assert.Contains($" 6500 account.{kind}: -, account {account.Id}", service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(TestAccounts.Email, service.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("umbrella", service.Log, StringComparison.Ordinal);
    }

    static Account Done(AccountOutcome outcome) => Assert.IsType<AccountOutcome.Done>(outcome).Account;

    static async Task GivesAsync<TOutcome>(
        AccountService service, string email, string password, params string[] roles) =>
        Assert.IsType<TOutcome>(await service.Operations.AddAsync(email, password, roles, Cancel));
}
