using OtpNet;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>What a changed password, address or factor does to the sessions: where we differ, and the setting that says which.</summary>
public sealed class CredentialChangeTests
{
    const string NewPassword = "Another sentence, 1844.";

    [Fact]
    public async Task By_default_the_session_that_changes_the_password_goes_on_and_the_others_end_at_once()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var own = await app.RegisterAndLoginAsync();
        var other = await app.LoginAsync();

        await ChangePasswordAsync(app, own);

        (await app.GetAsync("/hello", other.AccessToken)).IsUnauthorized();
        (await app.RefreshAsync(other)).IsUnauthorized();
        (await app.GetAsync("/hello", own.AccessToken)).IsOk();
        Tokens.Of(await app.RefreshAsync(own));
    }

    [Theory, OnBoth]
    public async Task As_with_the_framework_every_refresh_token_ends_if_the_setting_says_so(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, sessions: options => options.WhenCredentialsChange = CredentialChange.EndAllSessions);
        var own = await app.RegisterAndLoginAsync();
        var other = await app.LoginAsync();

        await ChangePasswordAsync(app, own);

        (await app.RefreshAsync(other)).IsUnauthorized();
        (await app.RefreshAsync(own)).IsUnauthorized();
    }

    [Fact]
    public async Task An_app_may_keep_them_all()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, sessions: options => options.WhenCredentialsChange = CredentialChange.KeepSessions);
        var own = await app.RegisterAndLoginAsync();
        var other = await app.LoginAsync();

        await ChangePasswordAsync(app, own);

        (await app.GetAsync("/hello", other.AccessToken)).IsOk();
        Tokens.Of(await app.RefreshAsync(other));
        Tokens.Of(await app.RefreshAsync(own));
    }

    [Theory]
    [InlineData(CredentialChange.EndOtherSessions, true, false)]
    [InlineData(CredentialChange.EndAllSessions, false, false)]
    [InlineData(CredentialChange.KeepSessions, true, true)]
    public async Task A_second_factor_is_such_a_change_too(CredentialChange setting, bool ownGoesOn, bool otherGoesOn)
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, sessions: options => options.WhenCredentialsChange = setting);
        var own = await app.RegisterAndLoginAsync();
        var other = await app.LoginAsync();

        var key = (await app.PostAsync("/manage/2fa", new { }, own.AccessToken)).IsOk().Text("sharedKey")!;
        // A key is no factor yet. Identity changes the stamp with it, as with the factor.
        Assert.Equal(otherGoesOn, (await app.RefreshAsync(other)).Status == System.Net.HttpStatusCode.OK);
        own = await app.LoginAsync();
        (await app.PostAsync("/manage/2fa", new { enable = true, twoFactorCode = new Totp(Base32Encoding.ToBytes(key)).ComputeTotp() }, own.AccessToken)).IsOk();

        Assert.Equal(ownGoesOn, (await app.RefreshAsync(own)).Status == System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_address_ends_all_because_the_link_says_nothing_of_a_session()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var own = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/manage/info", new { newEmail = "countess@example.com" }, own.AccessToken)).IsOk();

        (await app.GetAsync(app.Mails.Last.Text)).IsOk();

        (await app.GetAsync("/hello", own.AccessToken)).IsUnauthorized();
        (await app.RefreshAsync(own)).IsUnauthorized();
    }

    [Fact]
    public async Task The_browser_that_changes_the_password_gets_a_new_cookie_and_the_others_none()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        await app.RegisterAsync();
        using var own = await BrowserAsync(app);
        using var other = await BrowserAsync(app);

        Assert.Single((await own.PostAsync("/manage/info", new { oldPassword = IdentityApp.Password, newPassword = NewPassword })).IsOk().Cookies);

        // Identity checks the stamp of a cookie twice an hour.
        app.Jump(TimeSpan.FromMinutes(31));
        (await own.GetAnswerAsync("/hello")).IsOk();
        (await other.GetAnswerAsync("/hello")).IsUnauthorized();
    }

    [Fact]
    public async Task The_browser_that_asks_for_its_first_key_gets_a_new_cookie_too()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        await app.RegisterAsync();
        using var own = await BrowserAsync(app);

        // The first question makes the key, and Identity changes the stamp with it.
        var key = (await own.PostAsync("/manage/2fa", new { })).IsOk().Text("sharedKey")!;
        app.Jump(TimeSpan.FromMinutes(31));
        (await own.GetAnswerAsync("/hello")).IsOk();
        Assert.Empty((await own.PostAsync("/manage/2fa", new { })).IsOk().Cookies);

        (await own.PostAsync("/manage/2fa", new { enable = true, twoFactorCode = new Totp(Base32Encoding.ToBytes(key)).ComputeTotp() })).IsOk();
        app.Jump(TimeSpan.FromMinutes(31));
        (await own.GetAnswerAsync("/hello")).IsOk();
    }

    [Theory, OnBoth]
    public async Task As_with_the_framework_it_gets_none_if_the_setting_says_so(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, sessions: options => options.WhenCredentialsChange = CredentialChange.EndAllSessions);
        await app.RegisterAsync();
        using var own = await BrowserAsync(app);

        Assert.Empty((await own.PostAsync("/manage/info", new { oldPassword = IdentityApp.Password, newPassword = NewPassword })).IsOk().Cookies);

        app.Jump(TimeSpan.FromMinutes(31));
        (await own.GetAnswerAsync("/hello")).IsUnauthorized();
    }

    [Fact]
    public async Task A_cookie_from_before_another_change_is_not_renewed()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        await app.RegisterAsync();
        using var stolen = await BrowserAsync(app);
        await app.WithUsersAsync(async users => await users.UpdateSecurityStampAsync((await users.FindByEmailAsync(IdentityApp.Email))!));

        Assert.Empty((await stolen.PostAsync("/manage/info", new { oldPassword = IdentityApp.Password, newPassword = NewPassword })).IsOk().Cookies);
    }

    static async Task ChangePasswordAsync(IdentityApp app, Tokens by) =>
        (await app.PostAsync("/manage/info", new { oldPassword = IdentityApp.Password, newPassword = NewPassword }, by.AccessToken)).IsOk();

    static async Task<HttpClient> BrowserAsync(IdentityApp app)
    {
        var browser = app.NewBrowser();
        (await browser.PostAsync("/login?useCookies=true", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmptyOk();
        return browser;
    }
}
