using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.Tests.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>Whose account it is that a person at a provider logs in to.</summary>
public sealed class ExternalAccountTests
{
    [Fact]
    public async Task An_address_that_an_account_has_leads_nobody_into_it()
    {
        await using var app = await ExternalApp.StartAsync();
        await StoreAsync(app, Identifier.OfEmail(HandstampApp.Email) with { VerifiedAt = app.App.Clock.GetUtcNow() });

        await app.RefusedAsync(HttpStatusCode.Conflict, "external_login_account_exists");

        Assert.Equal(HandstampApp.Email, Assert.Single(await app.AccountsAsync()).Email);
    }

    [Fact]
    public async Task Whoever_proves_the_address_of_an_account_first_gets_it_and_nothing_of_a_stranger_is_left()
    {
        await using var app = await ExternalApp.StartAsync();
        // A stranger has registered with the address of somebody else, and has added a provider of their own.
        var stranger = await app.App.RegisterAndLoginAsync();
        using var linked = await app.LinkAsync(stranger.AccessToken, new Person("mallory"));

        var tokens = await app.LoggedInAsync();

        var account = Assert.Single(await app.AccountsAsync());
        Assert.Equal(account.Id, (await app.MeAsync(tokens.AccessToken)).GetProperty("id").GetGuid());
        Assert.Null(account.PasswordHash);
        Assert.NotNull(account.Identifiers[0].VerifiedAt);
        using var password = await app.App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        await ExternalApp.RefusedAsync(password, HttpStatusCode.Unauthorized, "invalid_credentials");
        using var refresh = await app.App.RefreshAsync(stranger.RefreshToken!);
        await ExternalApp.RefusedAsync(refresh, HttpStatusCode.Unauthorized, "session_revoked");
        Assert.Equal("ada-at-corp", Assert.Single(await app.App.Get<IExternalLoginStore>().ListAsync(account.Id, default)).Subject);
        // What the stranger gets now is an account of their own.
        var theirs = await app.LoggedInAsync(new Person("mallory"));
        Assert.NotEqual(account.Id, (await app.MeAsync(theirs.AccessToken)).GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Whoever_comes_after_the_owner_has_proved_the_address_gets_nothing()
    {
        await using var app = await ExternalApp.StartAsync(services: InterleavedAccounts.Wrap);
        await app.App.RegisterAsync();
        var accounts = (InterleavedAccounts)app.App.Get<IAccountStore>();
        accounts.AfterFind = holder => accounts.Real.TryProveEmailAsync(
            new EmailProof(holder.Id, holder.SecurityStamp, EmailAddress.Canonical(HandstampApp.Email), Secret: null, Spent: [], ByStranger: false),
            Origin.Operator.Does(EventKind.AccountEmailVerified, app.App.Clock.GetUtcNow()) with { AccountId = holder.Id });

        await app.RefusedAsync(HttpStatusCode.Conflict, "external_login_account_exists");

        var account = Assert.Single(await app.AccountsAsync());
        Assert.NotNull(account.PasswordHash);
        Assert.Empty(await app.App.Get<IExternalLoginStore>().ListAsync(account.Id, default));
    }

    [Fact]
    public async Task An_unproved_address_of_an_account_that_has_proved_another_one_is_not_enough()
    {
        await using var app = await ExternalApp.StartAsync();
        await StoreAsync(app, Identifier.OfEmail(HandstampApp.Email), Identifier.OfEmail("own@example.com") with { VerifiedAt = app.App.Clock.GetUtcNow() });

        await app.RefusedAsync(HttpStatusCode.Conflict, "external_login_account_exists");
    }

    [Fact]
    public async Task Where_addresses_have_to_be_verified_the_provider_has_to_prove_one()
    {
        using var folder = new Mail.MailFolder();
        await using var app = await ExternalApp.StartAsync(new(folder.Settings) { ["Accounts:Verification"] = "required" });

        await app.RefusedAsync(HttpStatusCode.Forbidden, "registration_closed", ExternalApp.Ada with { Verified = false });
        await app.LoggedInAsync();
    }

    [Theory]
    [InlineData("unverified", true)]
    [InlineData("not trusted", true)]
    [InlineData("invalid", true)]
    [InlineData("missing", true)]
    public async Task An_address_that_is_not_proved_is_not_taken(string fault, bool isNew)
    {
        var trusted = fault == "not trusted" ? "false" : "true";
        await using var app = await ExternalApp.StartAsync(new() { ["ExternalLogins:corp:TrustEmail"] = trusted });
        await app.App.RegisterAsync();
        var person = fault switch
        {
            "unverified" => ExternalApp.Ada with { Verified = false },
            "invalid" => ExternalApp.Ada with { Email = "no address" },
            "missing" => ExternalApp.Ada with { Email = null },
            _ => ExternalApp.Ada,
        };

        var tokens = await app.LoggedInAsync(person);

        var me = await app.MeAsync(tokens.AccessToken);
        Assert.False(me.TryGetProperty("email", out _));
        Assert.Equal(isNew ? 2 : 1, (await app.AccountsAsync()).Count);
    }

    [Fact]
    public async Task Where_registration_is_closed_only_known_people_log_in()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["Accounts:Registration"] = "closed" });
        await app.RefusedAsync(HttpStatusCode.Forbidden, "registration_closed");
        var account = Assert.IsType<AccountOutcome.Done>(await app.App.Get<AccountOperations>().AddAsync(
            HandstampApp.Email, HandstampApp.Password, [], isVerified: false, Origin.Operator, default)).Account;
        using var linked = await app.LinkAsync((await app.App.LoginAsync()).AccessToken);
        Assert.Equal(HttpStatusCode.Created, linked.StatusCode);

        var tokens = await app.LoggedInAsync();

        Assert.Equal(account.Id, (await app.MeAsync(tokens.AccessToken)).GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task A_disabled_account_is_not_entered()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.LoggedInAsync();
        await app.App.Get<AccountOperations>().DisableAsync(Assert.Single(await app.AccountsAsync()), Origin.Operator);

        await app.RefusedAsync(HttpStatusCode.Forbidden, "account_disabled");
    }

    [Fact]
    public async Task Who_is_deleted_begins_anew()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.LoggedInAsync();
        var first = Assert.Single(await app.AccountsAsync());
        await app.App.Get<AccountOperations>().DeleteAsync(first, Origin.Operator);

        await app.LoggedInAsync();

        Assert.NotEqual(first.Id, Assert.Single(await app.AccountsAsync()).Id);
    }

    [Fact]
    public async Task Many_first_logins_at_once_make_one_account()
    {
        await using var app = await ExternalApp.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => app.LoginAsync())));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single(await app.AccountsAsync());
        foreach (var answer in answers) answer.Dispose();
    }

    static Task<bool> StoreAsync(ExternalApp app, params IReadOnlyList<Identifier> identifiers) => app.App.Get<IAccountStore>().TryCreateAsync(
        TestAccounts.Account() with { Identifiers = identifiers }, Origin.Operator.Does(EventKind.AccountAdded, app.App.Clock.GetUtcNow()));
}
