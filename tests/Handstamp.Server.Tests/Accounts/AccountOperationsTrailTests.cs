using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What the operations record, and what they answer where nothing is left to change.</summary>
public sealed class AccountOperationsTrailTests : IAsyncLifetime
{
    static readonly Origin By = new(new Actor(ActorKind.Operator, "grace"), IPAddress.Parse("192.0.2.7"));

    AccountService _service = null!;

    AccountOperations Operations => _service.Operations;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await AccountService.StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task An_added_account_is_recorded_with_its_roles()
    {
        var account = await AddAsync(["Admin", "ops"]);

        var added = Assert.Single(await EventsAsync(EventKind.AccountAdded));
        Assert.Equal(
            (account.Id, "Admin, ops", null, By.Actor, By.Address, TestAccounts.Now),
            (added.AccountId, added.Detail, added.Outcome, added.By.Actor, added.By.Address, added.At));
        var plain = await AddAsync([], "eve@example.com");
        Assert.Null(Assert.Single(await EventsAsync(EventKind.AccountAdded), one => one.AccountId == plain.Id).Detail);
    }

    [Theory]
    [InlineData("ada@example.com", true)]
    [InlineData("ada@example.com", false)]
    [InlineData("ada", true)]
    public async Task An_operator_can_say_that_an_address_is_proved_and_a_username_never_is(string name, bool isVerified)
    {
        var account = Done(await Operations.AddAsync(name, TestAccounts.Password, [], isVerified, By, Cancel));

        var stored = Assert.Single((await _service.FindAsync(account.Id))!.Identifiers);
        DateTimeOffset? proved = isVerified && stored.Kind == IdentifierKind.Email ? TestAccounts.Now : null;
        Assert.Equal(proved, stored.VerifiedAt);
    }

    [Fact]
    public async Task Each_change_is_recorded_with_its_actor()
    {
        var account = await AddAsync([]);

        Done(await Operations.SetPasswordAsync(account, "a green umbrella", HashingQueue.Operator, By, Cancel));
        Done(await Operations.DisableAsync(account, By));
        Done(await Operations.EnableAsync(account, By));
        Done(await Operations.DeleteAsync(account, By));

        var events = (await EventsAsync()).Where(one => one.Kind != EventKind.AccountAdded).ToList();
        Assert.Equal(
            [EventKind.AccountPasswordChanged, EventKind.AccountDisabled, EventKind.AccountEnabled, EventKind.AccountDeleted],
            events.Select(one => one.Kind));
        Assert.All(events, one => Assert.Equal(
            (account.Id, By.Actor, null, null, TestAccounts.Now), (one.AccountId, one.By.Actor, one.Detail, one.Outcome, one.At)));
    }

    [Fact]
    public async Task Changed_roles_are_recorded_and_claims_only_by_their_names()
    {
        var account = await AddAsync([]);

        account = Done(await Operations.SetRolesAsync(account, ["Admin", "ops"], By));
        account = Done(await Operations.SetClaimsAsync(account, [new("tenant", "acme"), new("tenant", "other"), new("plan", "gold")], By));
        account = Done(await Operations.SetRolesAsync(account, [], By));
        account = Done(await Operations.SetClaimsAsync(account, [], By));

        Assert.Equal(["Admin, ops", null], (await EventsAsync(EventKind.AccountRolesChanged)).Select(one => one.Detail));
        Assert.Equal(["tenant, plan", null], (await EventsAsync(EventKind.AccountClaimsChanged)).Select(one => one.Detail));
        Assert.Equal(AccountClaims.None.ToJson(), account.Claims.ToJson());
        Assert.DoesNotContain("acme", _service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_change_nothing_is_recorded()
    {
        var account = await AddAsync(["Admin"]);

        Done(await Operations.SetRolesAsync(account, ["Admin"], By));
        Done(await Operations.AddRolesAsync(account, ["Admin"], By));
        Done(await Operations.RemoveRolesAsync(account, ["ops"], By));
        Done(await Operations.SetClaimsAsync(account, [], By));
        Done(await Operations.EnableAsync(account, By));

        Assert.Equal(EventKind.AccountAdded, Assert.Single(await EventsAsync()).Kind);
        Assert.DoesNotContain("account.enabled", _service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_account_stays_disabled_since_the_first_time()
    {
        var account = Done(await Operations.DisableAsync(await AddAsync([]), By));
        _service.Clock.Advance(TimeSpan.FromMinutes(1));

        var again = Done(await Operations.DisableAsync(account, By));

        Assert.Equal((TestAccounts.Now, TestAccounts.Now), (account.DisabledAt, again.DisabledAt));
        Assert.Single(await EventsAsync(EventKind.AccountDisabled));
        Assert.Null(Done(await Operations.EnableAsync(again, By)).DisabledAt);
    }

    [Fact]
    public async Task Roles_are_added_and_taken_whatever_somebody_else_has_changed_meanwhile()
    {
        var read = await AddAsync(["Admin"]);
        Done(await Operations.AddRolesAsync(read, ["ops"], By));

        var added = Done(await Operations.AddRolesAsync(read, ["billing", "Admin"], By));
        var taken = Done(await Operations.RemoveRolesAsync(read, ["Admin", "unknown"], By));

        Assert.Equal(["Admin", "ops", "billing"], added.Claims.Roles);
        Assert.Equal(["ops", "billing"], taken.Claims.Roles);
        Assert.Equal(["ops", "billing"], (await _service.FindAsync(read.Id))!.Claims.Roles);
    }

    [Fact]
    public async Task Roles_that_break_a_rule_are_refused_with_the_fault()
    {
        var account = await AddAsync([]);

        var refused = Assert.IsType<AccountOutcome.Invalid>(await Operations.AddRolesAsync(account, ["two words"], By));

        Assert.StartsWith("A role must have ", refused.Fault, StringComparison.Ordinal);
        Assert.Null(refused.Field);
        Assert.Empty((await _service.FindAsync(account.Id))!.Claims.Roles);
    }

    [Fact]
    public async Task An_account_that_is_gone_was_changed_whatever_is_done_to_it()
    {
        var account = await AddAsync([]);
        Done(await Operations.DeleteAsync(account, By));

        Assert.IsType<AccountOutcome.Changed>(await Operations.SetPasswordAsync(account, "a green umbrella", HashingQueue.Operator, By, Cancel));
        Assert.IsType<AccountOutcome.Changed>(await Operations.DisableAsync(account, By));
        Assert.IsType<AccountOutcome.Changed>(await Operations.EnableAsync(account, By));
        Assert.IsType<AccountOutcome.Changed>(await Operations.DeleteAsync(account, By));
        Assert.IsType<AccountOutcome.Changed>(await Operations.AddRolesAsync(account, ["Admin"], By));
        Assert.IsType<AccountOutcome.Changed>(await Operations.SetClaimsAsync(account, [new("tenant", "acme")], By));
        Assert.Equal([EventKind.AccountAdded, EventKind.AccountDeleted], (await EventsAsync()).Select(one => one.Kind));
        Assert.Null(await Operations.FindAsync(account.Id, Cancel));
        Assert.Null(await Operations.FindAsync(account.Id.ToString(), Cancel));
    }

    [Fact]
    public async Task What_is_wrong_with_an_account_is_known_before_it_has_a_password()
    {
        await AddAsync([]);
        Done(await Operations.AddAsync("lovelace", TestAccounts.Password, [], isVerified: false, By, Cancel));

        Assert.Null(await Operations.FaultAsync("eve@example.com", ["Admin"], Cancel));
        Assert.IsType<AccountOutcome.AddressTaken>(await Operations.FaultAsync("ADA@example.com", [], Cancel));
        Assert.IsType<AccountOutcome.UsernameTaken>(await Operations.FaultAsync("Lovelace", [], Cancel));
        Assert.Equal(new AccountOutcome.Invalid("This is not a valid e-mail address.", "email"), await Operations.FaultAsync("eve@", [], Cancel));
        Assert.Equal(new AccountOutcome.Invalid(Username.Rule, "username"), await Operations.FaultAsync("a b", [], Cancel));
        var role = Assert.IsType<AccountOutcome.Invalid>(await Operations.FaultAsync("eve@example.com", ["two words"], Cancel));
        Assert.Null(role.Field);
        Assert.StartsWith("A role must have ", role.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_is_checked_before_the_password()
    {
        Assert.Equal(new AccountOutcome.Invalid("This is not a valid e-mail address.", "email"), Operations.Fault(Identifier.OfEmail("eve"), "short"));
        Assert.Equal(new AccountOutcome.Invalid(Username.Rule, "username"), Operations.Fault(Identifier.OfUsername("a b"), "short"));
        Assert.Equal(
            new AccountOutcome.WeakPassword(new PasswordFault("too_short", "A password must have at least 8 characters.")),
            Operations.Fault(Identifier.OfUsername("lovelace"), "short"));
        Assert.Equal("guessable", Assert.IsType<AccountOutcome.WeakPassword>(Operations.Fault(Identifier.OfUsername("lovelace"), "Lovelace-77")).Fault.Rule);
        Assert.Null(Operations.Fault(Identifier.OfUsername("lovelace"), TestAccounts.Password));
    }

    [Fact]
    public async Task A_new_password_may_not_be_made_of_any_name_of_the_account()
    {
        var account = await AddAsync([]);
        account = Done(await _service.Get<UsernameOperations>().SetAsync(account, "lovelace", By));

        var refused = await Operations.SetPasswordAsync(account, "Lovelace-77", HashingQueue.Operator, By, Cancel);

        Assert.Equal("guessable", Assert.IsType<AccountOutcome.WeakPassword>(refused).Fault.Rule);
        Assert.Empty(await EventsAsync(EventKind.AccountPasswordChanged));
    }

    [Fact]
    public void Without_roles_there_is_nothing_to_name()
    {
        Assert.Null(AccountOperations.RolesOf(AccountClaims.None));
        Assert.Equal("Admin", AccountOperations.RolesOf(new AccountClaims { Roles = ["Admin"] }));
        Assert.Equal("Admin, ops", AccountOperations.RolesOf(new AccountClaims { Roles = ["Admin", "ops"] }));
    }

    async Task<Account> AddAsync(IReadOnlyList<string> roles, string email = TestAccounts.Email) =>
        Done(await Operations.AddAsync(email, TestAccounts.Password, roles, isVerified: false, By, Cancel));

    async Task<IReadOnlyList<Event>> EventsAsync(params EventKind[] kinds) =>
        (await _service.Get<IEventStore>().ReadOnAsync(
            EventFilter.All with { Kinds = kinds.Length == 0 ? EventKinds.Find("account") : kinds }, Guid.Empty, 10_000, Cancel)).Events;

    static Account Done(AccountOutcome outcome) => Assert.IsType<AccountOutcome.Done>(outcome).Account;
}
