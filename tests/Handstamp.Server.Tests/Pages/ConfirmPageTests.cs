using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

/// <summary>The page that asks a person again who logged in a while ago.</summary>
public sealed class ConfirmPageTests : IAsyncLifetime
{
    const string Add = "/account/factors/totp";
    const string Confirm = "/account/confirm";
    const string Code = "/account/confirm/code";
    static readonly TimeSpan TooLong = TimeSpan.FromMinutes(11);

    HandstampApp _app = null!;
    PageBrowser _browser = null!;
    Person _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.RegisterAsync();
        _browser = new PageBrowser(_app);
        _ada = new Person(_app);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task An_action_that_needs_a_recent_login_leads_to_it_and_back_in_the_same_session()
    {
        await _browser.LoginAsync();
        var session = Assert.Single(await SessionsAsync());
        _app.Jump(TooLong);

        var sent = await _browser.SubmitAsync(await _browser.GetAsync("/account/factors"), Add);
        var confirmed = await _browser.SubmitAsync(await _browser.GetAsync(sent.Location!), Confirm, ("password", HandstampApp.Password));
        var done = await _browser.SubmitAsync(await _browser.GetAsync(confirmed.Location!), Add);

        Assert.Equal("/account/confirm?return=%2Faccount%2Ffactors", sent.Location);
        Assert.Equal("/account/factors", confirmed.Location);
        Assert.Equal(HttpStatusCode.OK, done.Status);
        var renewed = Assert.Single(await SessionsAsync());
        Assert.Equal((session.Id, _app.Clock.GetUtcNow()), (renewed.Id, renewed.AuthenticatedAt));
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_changes_nothing()
    {
        await _browser.LoginAsync();
        _app.Jump(TooLong);

        var page = await _browser.SubmitAsync(await _browser.GetAsync(Confirm + "?return=%2Faccount%2Ffactors"), Confirm, ("password", "wrong"));

        Assert.Equal((HttpStatusCode.Unauthorized, "The password is wrong."), (page.Status, page.Fault));
        Assert.Equal("/account/factors", page.HiddenFields(Confirm)["return"]);
        Assert.NotEqual(_app.Clock.GetUtcNow(), Assert.Single(await SessionsAsync()).AuthenticatedAt);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/other")]
    public async Task It_leads_to_no_other_place(string wanted)
    {
        await using var app = await HandstampApp.StartAsync(new() { ["BasePath"] = "/auth", ["Issuer"] = HandstampApp.Issuer + "/auth" });
        using var browser = new PageBrowser(app);
        using (await app.PostAsync("/auth/register", new { email = HandstampApp.Email, password = HandstampApp.Password })) { }
        await browser.SubmitAsync(
            await browser.GetAsync("/auth/account/login"), "/auth/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password));

        var page = await browser.GetAsync($"/auth{Confirm}?return={Uri.EscapeDataString(wanted)}");
        var done = await browser.SubmitAsync(page, "/auth" + Confirm, ("password", HandstampApp.Password), ("return", wanted));

        Assert.Equal("/auth/account", page.HiddenFields("/auth" + Confirm)["return"]);
        Assert.Equal("/auth/account", done.Location);
    }

    [Fact]
    public async Task A_person_who_is_not_logged_in_logs_in() => Assert.Equal(
        "/account/login?return=%2Faccount%2Fconfirm", (await _browser.GetAsync(Confirm)).Location);

    [Fact]
    public async Task A_person_with_a_second_factor_gives_it_too()
    {
        await _ada.EnrolAsync(await _app.LoginAsync());
        await LoginWithCodeAsync();
        _app.Jump(TooLong);

        var sent = await _browser.SubmitAsync(await _browser.GetAsync("/account/factors"), Add);
        var asked = await _browser.SubmitAsync(await _browser.GetAsync(sent.Location!), Confirm, ("password", HandstampApp.Password));
        Assert.NotEqual(_app.Clock.GetUtcNow(), (await PageSessionAsync()).AuthenticatedAt);
        var wrong = await _browser.SubmitAsync(asked, Code, ("code", "000000"));
        var done = await _browser.SubmitAsync(wrong, Code, ("code", _ada.Code));

        Assert.Equal((HttpStatusCode.Unauthorized, "/account/factors"), (wrong.Status, done.Location));
        Assert.StartsWith("The code is wrong", wrong.Fault, StringComparison.Ordinal);
        Assert.Equal((_app.Clock.GetUtcNow(), "pwd otp mfa"), ((await PageSessionAsync()).AuthenticatedAt, (await PageSessionAsync()).AuthenticationMethods));
    }

    [Fact]
    public async Task A_ticket_that_took_too_long_begins_with_the_password_again()
    {
        await _ada.EnrolAsync(await _app.LoginAsync());
        await LoginWithCodeAsync();
        var asked = await _browser.SubmitAsync(await _browser.GetAsync(Confirm), Confirm, ("password", HandstampApp.Password));
        _app.Jump(TooLong);

        var over = await _browser.SubmitAsync(asked, Code, ("code", _ada.Code));

        Assert.Equal(HttpStatusCode.Unauthorized, over.Status);
        Assert.Equal("/account", over.HiddenFields(Confirm)["return"]);
        // The person is logged in, and has nothing to do at the login.
        Assert.DoesNotContain("/account/login\"", over.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_of_a_login_confirms_nothing()
    {
        await _ada.EnrolAsync(await _app.LoginAsync());
        await LoginWithCodeAsync();
        _app.Jump(TooLong);
        using var other = new PageBrowser(_app);
        var login = (await other.LoginAsync()).HiddenFields("/account/login/code")["ticket"];
        var asked = await _browser.SubmitAsync(await _browser.GetAsync(Confirm), Confirm, ("password", HandstampApp.Password));

        var refused = await _browser.SubmitAsync(asked, Code, ("ticket", login), ("code", _ada.Code));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.NotEqual(_app.Clock.GetUtcNow(), (await PageSessionAsync()).AuthenticatedAt);
    }

    [Fact]
    public async Task After_a_login_with_two_factors_a_new_password_needs_them_again()
    {
        await _ada.EnrolAsync(await _app.LoginAsync());
        await LoginWithCodeAsync();
        var open = await _browser.GetAsync("/account/password");
        _app.Jump(TooLong);

        Assert.Equal("/account/confirm?return=%2Faccount%2Fpassword", (await _browser.GetAsync("/account/password")).Location);
        var sent = await _browser.SubmitAsync(open, "/account/password",
            ("current", HandstampApp.Password), ("password", "another unusual sentence"), ("again", "another unusual sentence"));

        Assert.Equal("/account/confirm?return=%2Faccount%2Fpassword", sent.Location);
        Assert.Equal("pwd otp mfa", (await PageSessionAsync()).AuthenticationMethods);
    }

    [Fact]
    public async Task After_a_login_with_the_password_a_new_one_needs_only_the_old_one()
    {
        await _browser.LoginAsync();
        _app.Jump(TooLong);

        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account/password")).Status);
    }

    async Task LoginWithCodeAsync()
    {
        var asked = await _browser.LoginAsync();
        var done = await _browser.SubmitAsync(asked, "/account/login/code", ("code", _ada.NextCode()));
        Assert.Equal("/account", done.Location);
    }

    async Task<Session> PageSessionAsync() => Assert.Single(await SessionsAsync(), session => session.Transport == SessionTransport.Page);

    async Task<IReadOnlyList<Session>> SessionsAsync()
    {
        var account = (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        return [.. (await _app.Get<ISessionStore>().ListAsync(account.Id, _app.Clock.GetUtcNow(), 10, default)).Select(listed => listed.Session)];
    }
}
