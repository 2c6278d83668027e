using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>What is refused with which sentence, what is counted, and what the trail says.</summary>
public sealed class PasskeyOperationsTests : PasskeyTests
{
    const string NameRule = "The member 'name' must have 1 to 64 characters, none of them a control character.";

    static readonly Origin Person = new(new Actor(ActorKind.Person), IPAddress.Loopback);

    PasskeyOperations Passkeys => App.Get<PasskeyOperations>();

    [Fact]
    public async Task A_name_that_is_none_is_refused_with_the_rule()
    {
        var id = (await AddedAsync(new Authenticator())).GetProperty("id").GetGuid();
        var ada = await AccountAsync();

        var refusal = (await Passkeys.RenameAsync(id, ada.Id, "", Person))!;
        Assert.False((await Passkeys.AddAsync(ada.Id, "", "{}", new string('n', 65), Person, default)).Has(out _, out var other));

        foreach (var one in new[] { refusal, other })
            Assert.Equal((Problems.InvalidRequest, NameRule, "name"), (one.Problem, one.Detail, one.Field));
        Assert.Empty(await TrailAsync(EventKind.PasskeyRenamed));
    }

    [Fact]
    public async Task What_does_not_fit_its_ceremony_is_refused_with_what_may_be_wrong()
    {
        var (ceremony, options) = await BeginAddingAsync();

        var elsewhere = await ProblemAsync(AddAsync(ceremony, new Authenticator { Origin = "https://elsewhere.example" }.Create(options)));
        var nothing = await ProblemAsync(AddAsync(ceremony, new JsonObject { ["id"] = "AQ" }));

        Assert.Equal(
            "The passkey does not fit its ceremony. Pass the options on unchanged. If the page has another origin than this service, "
            + "list it in Passkeys:Origins.",
            elsewhere.Detail);
        Assert.Equal("The member 'credential' must be what the browser returned, as PublicKeyCredential.toJSON() writes it.", nothing.Detail);
    }

    [Fact]
    public async Task Without_a_password_nothing_is_conditional()
    {
        var authenticator = new Authenticator();
        await AddedAsync(authenticator);
        var tokens = await LoggedInAsync(authenticator);

        var problem = await ProblemAsync(App.PostAsync("/passkeys/options", new { conditional = true }, tokens.AccessToken));

        Assert.Equal("The member 'conditional' can be true only after a login with a password.", problem.Detail);
        AssertIs(HttpStatusCode.OK, await App.PostAsync("/passkeys/options", new { conditional = false }, tokens.AccessToken));
    }

    [Fact]
    public async Task A_ceremony_has_five_tries()
    {
        var (first, options) = await BeginAddingAsync();
        await FailAsync(first, options, 4);
        AssertIs(HttpStatusCode.Created, await AddAsync(first, new Authenticator().Create(options)));

        var (second, more) = await BeginAddingAsync();
        await FailAsync(second, more, 5);
        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(AddAsync(second, new Authenticator().Create(more)))).Code);
    }

    [Fact]
    public async Task A_body_that_no_browser_sends_costs_no_try()
    {
        var (ceremony, options) = await BeginAddingAsync();
        for (var sent = 0; sent < 6; sent++)
        {
            Assert.Equal("invalid_request", (await ProblemAsync(AddAsync(ceremony, new JsonObject()))).Code);
            Assert.Equal("invalid_request", (await ProblemAsync(AddAsync(ceremony, new Authenticator().Create(options), name: ""))).Code);
        }

        AssertIs(HttpStatusCode.Created, await AddAsync(ceremony, new Authenticator().Create(options)));
    }

    [Fact]
    public async Task A_sixth_ceremony_of_an_account_ends_its_oldest()
    {
        var begun = new List<(string Ceremony, JsonElement Options)>();
        for (var count = 0; count < 6; count++)
        {
            begun.Add(await BeginAddingAsync());
            App.Jump(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(AddAsync(begun[0].Ceremony, new Authenticator().Create(begun[0].Options)))).Code);
        foreach (var (ceremony, options) in begun[1..])
            AssertIs(HttpStatusCode.Created, await AddAsync(ceremony, new Authenticator().Create(options)));
    }

    [Fact]
    public async Task A_ceremony_is_still_good_in_the_last_millisecond()
    {
        var (ceremony, options) = await BeginAddingAsync();
        App.Jump(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));

        AssertIs(HttpStatusCode.Created, await AddAsync(ceremony, new Authenticator().Create(options)));
    }

    [Fact]
    public async Task The_trail_says_what_was_done_to_which_passkey()
    {
        var id = (await AddedAsync(new Authenticator())).GetProperty("id").GetGuid();
        AssertIs(HttpStatusCode.NoContent, await App.SendAsync(HttpMethod.Patch, $"/passkeys/{id}", new { name = "Key" }, Ada.AccessToken));
        AssertIs(HttpStatusCode.NoContent, await App.SendAsync(HttpMethod.Delete, $"/passkeys/{id}", accessToken: Ada.AccessToken));
        var ada = await AccountAsync();

        foreach (var kind in new[] { EventKind.PasskeyAdded, EventKind.PasskeyRenamed, EventKind.PasskeyRemoved })
        {
            var done = Assert.Single(await TrailAsync(kind));
            Assert.Equal((ada.Id, id.ToString(), (string?)null), (done.AccountId!.Value, done.Detail, done.Outcome));
            Assert.Equal((ActorKind.Person, App.Clock.GetUtcNow()), (done.By.Actor.Kind, done.At));
        }
    }

    [Fact]
    public async Task What_is_refused_is_not_in_the_trail()
    {
        var id = (await AddedAsync(new Authenticator())).GetProperty("id").GetGuid();
        var (ada, eve) = (await AccountAsync(), TestAccounts.Account());

        Assert.Equal(Problems.PasskeyNotFound, (await Passkeys.RenameAsync(null, ada.Id, "Key", Person))!.Problem);
        Assert.Equal(Problems.PasskeyNotFound, (await Passkeys.RenameAsync(id, eve.Id, "Key", Person))!.Problem);
        Assert.Equal(Problems.PasskeyNotFound, (await Passkeys.RemoveAsync(null, ada.Id, Person))!.Problem);
        Assert.Equal(Problems.PasskeyNotFound, (await Passkeys.RemoveAsync(id, eve.Id, Person))!.Problem);
        Assert.Equal(Problems.PasskeyNotFound, (await Passkeys.RemoveAsync(Guid.CreateVersion7(), ada.Id, Person))!.Problem);

        Assert.Empty(await TrailAsync(EventKind.PasskeyRenamed, EventKind.PasskeyRemoved));
        Assert.Single(await Passkeys.ListAsync(ada.Id, default));
    }

    [Fact]
    public async Task An_id_has_one_form_in_a_path()
    {
        var id = (await AddedAsync(new Authenticator())).GetProperty("id").GetGuid();

        Assert.Equal("passkey_not_found", (await ProblemAsync(App.SendAsync(HttpMethod.Delete, $"/passkeys/{id:N}", accessToken: Ada.AccessToken))).Code);
        Assert.Equal("passkey_not_found", (await ProblemAsync(App.SendAsync(HttpMethod.Patch, $"/passkeys/{id:N}", new { name = "x" }, Ada.AccessToken))).Code);
    }

    [Fact]
    public async Task Somebody_without_an_account_begins_nothing()
    {
        Assert.False((await Passkeys.BeginAsync(Guid.CreateVersion7(), conditional: false, default)).Has(out _, out var refusal));

        Assert.Equal(Problems.SessionRevoked, refusal.Problem);
    }

    [Fact]
    public async Task The_last_way_to_log_in_is_removed_by_an_operator_only()
    {
        var account = TestAccounts.Account(email: "bob@example.com");
        await App.Get<IAccountStore>().TryCreateAsync(account);
        var passkey = TestPasskeys.Of(account, 1, 2, 3);
        var added = Person.Does(EventKind.PasskeyAdded, TestAccounts.Now) with { AccountId = account.Id };
        Assert.Equal(PasskeyAddition.Added, await App.Get<IPasskeyStore>().AddAsync(passkey, account.SecurityStamp, added));

        Assert.Equal(Problems.LastLoginMethod, (await Passkeys.RemoveAsync(passkey.Id, account.Id, Person))!.Problem);
        Assert.Single(await Passkeys.ListAsync(account.Id, default));
        Assert.Null(await Passkeys.RemoveAsync(passkey.Id, account.Id, Origin.Operator));
        Assert.Empty(await Passkeys.ListAsync(account.Id, default));
    }

    async Task<Account> AccountAsync() => (await App.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;

    async Task FailAsync(string ceremony, JsonElement options, int times)
    {
        for (var failed = 0; failed < times; failed++)
        {
            var credential = new Authenticator { Origin = "https://elsewhere.example" }.Create(options);
            Assert.Equal("invalid_request", (await ProblemAsync(AddAsync(ceremony, credential))).Code);
        }
    }
}
