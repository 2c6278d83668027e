using System.Net;
using System.Text.RegularExpressions;
using Handstamp.Server.Accounts;
using Handstamp.Server.Sessions;
using OtpNet;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

/// <summary>Second factors on the pages, in a browser without script.</summary>
public sealed partial class SecondFactorPagesTests
{
    const string Code = "/account/login/code";
    const string Add = "/account/factors/totp";
    const string Confirm = "/account/factors/totp/confirm";
    const string Codes = "/account/factors/recovery-codes";

    [Fact]
    public async Task A_person_adds_an_app_and_logs_in_with_it()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);
        var secret = await EnrolAsync(app, browser);
        using var other = new PageBrowser(app);

        var asked = await other.SubmitAsync(
            await other.GetAsync("/account/login?return=%2Faccount%2Fpassword"), "/account/login",
            ("email", HandstampApp.Email), ("password", HandstampApp.Password));
        Assert.Null(other.SessionToken);
        Assert.Contains("autocomplete=\"one-time-code\"", asked.Html, StringComparison.Ordinal);
        var wrong = await other.SubmitAsync(asked, Code, ("code", "000000"));
        app.Jump(TimeSpan.FromSeconds(30));
        var done = await other.SubmitAsync(wrong, Code, ("code", CodeOf(app, secret)));

        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.StartsWith("The code is wrong", wrong.Fault, StringComparison.Ordinal);
        Assert.Equal("/account/password", done.Location);
        Assert.NotNull(other.SessionToken);
    }

    [Fact]
    public async Task A_recovery_code_logs_in_and_new_ones_are_shown_once()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);
        await EnrolAsync(app, browser);
        var renewed = await browser.SubmitAsync(await browser.GetAsync("/account/factors"), Codes);
        var code = RecoveryCode().Match(renewed.Html).Value;
        using var other = new PageBrowser(app);

        var asked = await other.LoginAsync();
        var done = await other.SubmitAsync(asked, Code, ("method", "recovery_code"), ("code", code));

        Assert.Equal(10, RecoveryCode().Count(renewed.Html));
        Assert.Equal("/account", done.Location);
        var list = await other.GetAsync("/account/factors");
        Assert.Contains("Codes left: 9", list.Html, StringComparison.Ordinal);
        Assert.Empty(RecoveryCode().Matches(list.Html));
    }

    [Fact]
    public async Task A_login_that_took_too_long_begins_again()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);
        var secret = await EnrolAsync(app, browser);
        using var other = new PageBrowser(app);
        var asked = await other.LoginAsync();
        app.Jump(TimeSpan.FromMinutes(10));

        var over = await other.SubmitAsync(asked, Code, ("code", CodeOf(app, secret)));

        Assert.Equal(HttpStatusCode.Unauthorized, over.Status);
        Assert.StartsWith("That took too long", over.Fault, StringComparison.Ordinal);
        Assert.Null(other.SessionToken);
    }

    [Fact]
    public async Task An_app_is_removed()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);
        await EnrolAsync(app, browser);
        var list = await browser.GetAsync("/account/factors");
        var action = RemoveAction().Match(list.Html).Value;

        var removed = await browser.SubmitAsync(list, action);

        Assert.Equal("/account/factors", removed.Location);
        Assert.DoesNotMatch(RemoveAction(), (await browser.GetAsync("/account/factors")).Html);
    }

    [Fact]
    public async Task A_person_who_needs_a_second_factor_adds_it_at_the_login()
    {
        await using var app = await HandstampApp.StartAsync(new()
        {
            ["Accounts:SecondFactor"] = "required",
            ["Accounts:SecondFactorGrace"] = "0",
        });
        using var browser = new PageBrowser(app);
        await app.RegisterAsync();

        var asked = await browser.LoginAsync();
        var wrong = await browser.SubmitAsync(asked, Code, ("code", "000000"));
        var done = await browser.SubmitAsync(wrong, Code, ("code", CodeOf(app, SecretIn(asked))));

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal("/account/factors", done.Location);
        var account = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        var session = Assert.Single(await app.Get<ISessionStore>().ListAsync(account.Id, app.Clock.GetUtcNow(), 10, default)).Session;
        Assert.Equal("pwd otp mfa", session.AuthenticationMethods);
        // There are no codes yet that new ones could replace.
        var factors = await browser.GetAsync("/account/factors");
        Assert.True(factors.Has("Codes left: 0"));
        Assert.False(factors.Has("The codes that you have now will stop working."));
    }

    static async Task<byte[]> EnrolAsync(HandstampApp app, PageBrowser browser)
    {
        await app.RegisterAsync();
        await browser.LoginAsync();
        var begun = await browser.SubmitAsync(await browser.GetAsync("/account/factors"), Add);
        var secret = SecretIn(begun);
        var refused = await browser.SubmitAsync(begun, Confirm, ("code", "000000"), ("name", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        var shown = await browser.SubmitAsync(refused, Confirm, ("code", CodeOf(app, secret)), ("name", "Telephone"));
        Assert.Equal(10, RecoveryCode().Count(shown.Html));
        Assert.Contains("Telephone", (await browser.GetAsync("/account/factors")).Html, StringComparison.Ordinal);
        return secret;
    }

    static byte[] SecretIn(Page page) =>
        Base32Encoding.ToBytes(SecretElement().Match(page.Html).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal));

    static string CodeOf(HandstampApp app, byte[] secret) => new Totp(secret).ComputeTotp(app.Clock.GetUtcNow().UtcDateTime);

    [GeneratedRegex("<code>([A-Z2-7 ]+)</code>")]
    private static partial Regex SecretElement();

    [GeneratedRegex("(?<=<code>)[0-9a-z]{5}(-[0-9a-z]{5}){4}")]
    private static partial Regex RecoveryCode();

    [GeneratedRegex("/account/factors/[0-9a-f-]{36}/remove")]
    private static partial Regex RemoveAction();
}
