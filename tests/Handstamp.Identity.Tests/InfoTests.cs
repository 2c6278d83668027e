using System.Security.Claims;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary><c>/manage/info</c></summary>
public sealed class InfoTests
{
    const string NewPassword = "Another sentence, 1844.";

    [Theory, OnBoth]
    public async Task It_shows_the_address_and_nothing_else(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        var info = (await app.GetAsync("/manage/info", tokens.AccessToken)).IsOk();

        Assert.Equal(["email", "isEmailConfirmed"], info.Members);
        Assert.Equal((IdentityApp.Email, false), (info.Text("email"), info.Is("isEmailConfirmed")));
    }

    [Theory, OnBoth]
    public async Task The_routes_of_the_app_see_the_claims_of_identity(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        var claims = await app.ClaimsAsync(tokens.AccessToken);

        Assert.Equal([IdentityApp.Email], claims[ClaimTypes.Name]);
        Assert.Equal([IdentityApp.Email], claims[ClaimTypes.Email]);
        Assert.Equal(["pwd"], claims["amr"]);
        var user = await app.WithUsersAsync(users => users.FindByEmailAsync(IdentityApp.Email));
        Assert.Equal([user!.Id], claims[ClaimTypes.NameIdentifier]);
    }

    [Theory, OnBoth]
    public async Task Nobody_else_sees_it(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        (await app.GetAsync("/manage/info")).IsUnauthorized();
        (await app.PostAsync("/manage/info", new { })).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task A_new_password_needs_the_old_one(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.PostAsync("/manage/info", new { newPassword = NewPassword }, tokens.AccessToken)).IsInvalid("OldPasswordRequired");
        (await app.PostAsync("/manage/info", new { newPassword = NewPassword, oldPassword = "wrong" }, tokens.AccessToken)).IsInvalid("PasswordMismatch");
        (await app.PostAsync("/manage/info", new { newPassword = "short", oldPassword = IdentityApp.Password }, tokens.AccessToken)).IsInvalid(
            "PasswordTooShort", "PasswordRequiresDigit", "PasswordRequiresNonAlphanumeric", "PasswordRequiresUpper");
        (await app.PostAsync("/manage/info", new { newPassword = NewPassword, oldPassword = IdentityApp.Password }, tokens.AccessToken)).IsOk();

        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("Failed");
        await app.LoginAsync(password: NewPassword);
    }

    [Theory, OnBoth]
    public async Task An_old_password_alone_changes_nothing(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.PostAsync("/manage/info", new { oldPassword = "wrong" }, tokens.AccessToken)).IsOk();
        (await app.PostAsync("/manage/info", new { }, tokens.AccessToken)).IsOk();
        (await app.PostAsync("/manage/info", new { newEmail = "", newPassword = "" }, tokens.AccessToken)).IsOk();

        Assert.Single(app.Mails.Sent);
        await app.LoginAsync();
    }

    [Theory, OnBoth]
    public async Task A_new_address_holds_once_its_link_is_followed(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();
        (await app.GetAsync(app.Mails.Only.Text)).IsOk();

        (await app.PostAsync("/manage/info", new { newEmail = "wrong" }, tokens.AccessToken)).IsInvalid("InvalidEmail");
        var answer = (await app.PostAsync("/manage/info", new { newEmail = "countess@example.com" }, tokens.AccessToken)).IsOk();
        Assert.Equal((IdentityApp.Email, true), (answer.Text("email"), answer.Is("isEmailConfirmed")));
        (await app.PostAsync("/login", new { email = "countess@example.com", password = IdentityApp.Password })).IsRefused("Failed");

        Assert.Equal(("link", "countess@example.com"), (app.Mails.Last.Kind, app.Mails.Last.To));
        (await app.GetAsync(app.Mails.Last.Text)).IsOk();

        var after = await app.LoginAsync("countess@example.com");
        var info = (await app.GetAsync("/manage/info", after.AccessToken)).IsOk();
        Assert.Equal(("countess@example.com", true), (info.Text("email"), info.Is("isEmailConfirmed")));
        Assert.Equal(["countess@example.com"], (await app.ClaimsAsync(after.AccessToken))[ClaimTypes.Name]);
        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("Failed");
    }

    [Theory, OnBoth]
    public async Task Before_the_link_is_followed_the_refresh_token_goes_on_and_after_it_not(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/manage/info", new { newEmail = "countess@example.com" }, tokens.AccessToken)).IsOk();
        tokens = Tokens.Of(await app.PostAsync("/refresh", new { tokens.RefreshToken }));

        (await app.GetAsync(app.Mails.Last.Text)).IsOk();

        (await app.PostAsync("/refresh", new { tokens.RefreshToken })).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task The_link_of_one_address_confirms_no_other(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/manage/info", new { newEmail = "countess@example.com" }, tokens.AccessToken)).IsOk();
        var link = app.Mails.Last.Text;
        Assert.Equal(["changedEmail", "code", "userId"], QueryHelpers.ParseQuery(new Uri(link).Query).Keys.Order());

        (await app.GetAsync(link.Replace("countess", "eve", StringComparison.Ordinal))).IsUnauthorized();

        (await app.GetAsync(link)).IsOk();
    }

    [Theory, OnBoth]
    public async Task The_same_address_sends_nothing(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.PostAsync("/manage/info", new { newEmail = IdentityApp.Email }, tokens.AccessToken)).IsOk();

        Assert.Single(app.Mails.Sent);
    }

    [Theory, OnBoth]
    public async Task Both_at_once_change_both_or_nothing(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.PostAsync("/manage/info", new { newEmail = "countess@example.com", newPassword = NewPassword }, tokens.AccessToken)).IsInvalid("OldPasswordRequired");
        Assert.Single(app.Mails.Sent);
        (await app.PostAsync("/manage/info", new { newEmail = "countess@example.com", newPassword = NewPassword, oldPassword = IdentityApp.Password }, tokens.AccessToken)).IsOk();

        (await app.GetAsync(app.Mails.Last.Text)).IsOk();
        await app.LoginAsync("countess@example.com", NewPassword);
    }

    [Theory, OnBoth]
    public async Task A_cookie_keeps_its_claims_until_the_next_login(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();
        using var browser = app.NewBrowser();
        (await browser.PostAsync("/login?useCookies=true", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmptyOk();

        Assert.Empty((await browser.PostAsync("/manage/info", new { newEmail = "countess@example.com" })).IsOk().Cookies);
        Assert.Empty((await browser.GetAnswerAsync(app.Mails.Last.Text)).IsOk().Cookies);

        Assert.Equal("countess@example.com", (await browser.GetAnswerAsync("/manage/info")).IsOk().Text("email"));
        Assert.Equal([IdentityApp.Email], (await browser.ClaimsAsync())[ClaimTypes.Email]);
        (await browser.PostAsync("/login?useCookies=true", new { email = "countess@example.com", password = IdentityApp.Password })).IsEmptyOk();
        Assert.Equal(["countess@example.com"], (await browser.ClaimsAsync())[ClaimTypes.Email]);
    }
}
