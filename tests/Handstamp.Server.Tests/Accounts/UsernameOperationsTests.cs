using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What a change of a username answers and records.</summary>
public sealed class UsernameOperationsTests
{
    static readonly Origin By = new(new Actor(ActorKind.Person), IPAddress.Parse("192.0.2.1"));

    [Theory]
    [InlineData("email", false)]
    [InlineData("username", true)]
    [InlineData("both", true)]
    public async Task Accounts_have_usernames_if_people_register_with_them(string mode, bool isOn)
    {
        await using var service = await StartAsync(mode);

        Assert.Equal(isOn, service.Get<UsernameOperations>().IsOn);
    }

    [Fact]
    public async Task Where_accounts_have_none_the_field_of_the_username_is_at_fault()
    {
        await using var service = await StartAsync("email");

        Assert.Equal(
            new Refusal(Problems.InvalidRequest, "Accounts have an e-mail address here, and no username.") { Field = "username" },
            await ChangeAsync(service, Guid.CreateVersion7(), Guid.CreateVersion7(), "ada"));
    }

    [Fact]
    public async Task A_change_is_recorded_with_the_session_and_only_if_something_has_changed()
    {
        await using var service = await StartAsync();
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);

        Assert.Null(await ChangeAsync(service, account.Id, session, "Ada"));
        Assert.Null(await ChangeAsync(service, account.Id, session, "Ada"));

        var changed = Assert.Single(await EventsAsync(service));
        Assert.Equal(
            (account.Id, session, null, null, By.Actor, By.Address, TestAccounts.Now),
            (changed.AccountId, changed.SessionId, changed.Outcome, changed.Detail, changed.By.Actor, changed.By.Address, changed.At));
        Assert.Single(service.Log.Split('\n'), line => line.Contains("account.username_changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_is_a_line_in_the_log_at_once()
    {
        await using var service = await StartAsync();
        var account = await service.AddAccountAsync();

        Assert.IsType<AccountOutcome.Done>(await SetAsync(service, account, "Ada"));

        Assert.Single(service.Log.Split('\n'), line => line.Contains($"account.username_changed: -, account {account.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_is_refused_with_its_problem()
    {
        await using var service = await StartAsync();
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);
        await service.Operations.AddAsync("lovelace", TestAccounts.Password, [], default);

        Assert.Equal(
            new Refusal(Problems.InvalidRequest, Username.Rule) { Field = "username" }, await ChangeAsync(service, account.Id, session, "a b"));
        Assert.Equal(new Refusal(Problems.UsernameTaken), await ChangeAsync(service, account.Id, session, "Lovelace"));
        Assert.Equal(new Refusal(Problems.SessionRevoked), await ChangeAsync(service, account.Id, Guid.CreateVersion7(), "ada"));
        Assert.Empty(await EventsAsync(service));
    }

    [Fact]
    public async Task A_fault_costs_no_attempt_and_every_other_answer_does()
    {
        await using var service = await AccountService.StartAsync("Accounts:Identifiers=both", "Accounts:Throttle:RegistrationFree=1");
        var account = await service.AddAccountAsync();
        var session = await service.BeginSessionAsync(account);

        for (var fault = 0; fault < 3; fault++) await ChangeAsync(service, account.Id, session, "a b");
        Assert.Null(await ChangeAsync(service, account.Id, session, "ada"));

        Assert.Equal(
            new Refusal(Problems.TooManyRequests, RetryAfter: TimeSpan.FromSeconds(1)), await ChangeAsync(service, account.Id, session, "eve"));
        Assert.Equal("ada", (await service.FindAsync(account.Id))!.Username);
    }

    [Fact]
    public async Task An_operator_gives_a_username_whatever_the_setting_is()
    {
        await using var service = await StartAsync("email");
        var (account, other) = (await service.AddAccountAsync(), await service.AddAccountAsync("eve@example.com"));

        var done = Assert.IsType<AccountOutcome.Done>(await SetAsync(service, account, "Ada"));
        Assert.Equal("Ada", Assert.IsType<AccountOutcome.Done>(await SetAsync(service, account, "Ada")).Account.Username);

        Assert.Equal(("Ada", TestAccounts.Email), (done.Account.Username, done.Account.Email));
        Assert.IsType<AccountOutcome.UsernameTaken>(await SetAsync(service, other, "ADA"));
        Assert.Equal(new AccountOutcome.Invalid(Username.Rule, "username"), await SetAsync(service, other, "a b"));
        var changed = Assert.Single(await EventsAsync(service));
        Assert.Equal((account.Id, null, ActorKind.Operator), (changed.AccountId, changed.SessionId, changed.By.Actor.Kind));
    }

    [Fact]
    public async Task An_account_that_is_gone_gets_none()
    {
        await using var service = await StartAsync();
        var account = await service.AddAccountAsync();
        await service.Operations.DeleteAsync(account);

        Assert.IsType<AccountOutcome.Changed>(await SetAsync(service, account, "ada"));
        Assert.Empty(await EventsAsync(service));
    }

    [Theory]
    [InlineData("{}", "The member 'username' is missing.")]
    [InlineData("""{"username":null}""", "The member 'username' must be a string.")]
    [InlineData("""{"username":7}""", "The member 'username' must be a string.")]
    [InlineData("""{"username":"ada","username":"eve"}""", "The member 'username' is given twice.")]
    [InlineData("""{"username":"ada","email":"eve@example.com"}""", "The member 'email' is not allowed here.")]
    [InlineData("""["ada"]""", "The body must be a JSON object.")]
    public async Task A_body_of_another_form_is_refused_with_the_fault(string body, string detail)
    {
        await using var service = await StartAsync();
        await service.AddAccountAsync();
        var tokens = await service.LogInAsync();

        using var answer = await service.PostAsync("/username/change", body, tokens.AccessToken);

        Assert.Equal(detail, (await AccountService.RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_request")).Detail);
    }

    static Task<AccountService> StartAsync(string mode = "both") => AccountService.StartAsync($"Accounts:Identifiers={mode}");

    static Task<Refusal?> ChangeAsync(AccountService service, Guid account, Guid session, string name) =>
        service.Get<UsernameOperations>().ChangeAsync(account, session, name, By);

    static Task<AccountOutcome> SetAsync(AccountService service, Account account, string name) =>
        service.Get<UsernameOperations>().SetAsync(account, name, Origin.Operator);

    static async Task<IReadOnlyList<Event>> EventsAsync(AccountService service) => (await service.Get<IEventStore>().ReadOnAsync(
        EventFilter.All with { Kinds = [EventKind.AccountUsernameChanged] }, Guid.Empty, 10_000, default)).Events;
}
