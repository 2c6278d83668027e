using System.Net;
using Handstamp.Server.Tests.Accounts.Emails;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

/// <summary>What is done by mail, on the pages alone.</summary>
public sealed class MailPageTests
{
    const string Email = HandstampApp.Email;

    [Fact]
    public async Task A_person_registers_confirms_the_address_with_the_code_and_logs_in()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "required"));
        using var browser = new PageBrowser(email.App);
        var asked = await browser.SubmitAsync(
            await browser.GetAsync("/account/register"), "/account/register", ("email", Email), ("password", HandstampApp.Password), ("again", HandstampApp.Password));
        Assert.Equal((HttpStatusCode.OK, true), (asked.Status, asked.Has("A mail is on its way to your address.")));
        var refused = await browser.LoginAsync();
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.True(refused.Has("href=\"/account/verify\""));

        var code = (await email.MailAsync()).Code();
        var done = await browser.SubmitAsync(asked, "/account/verify/code", ("email", Email), ("code", $" {code[..3]} {code[3..]} "));

        Assert.True(done.Has("Your e-mail address is confirmed"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.LoginAsync()).Status);
    }

    [Fact]
    public async Task Visitors_go_back_to_the_login_and_people_who_are_logged_in_to_their_account()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:LoginByMail", "true"));
        using var browser = new PageBrowser(email.App);
        foreach (var path in new[] { "/account/verify", "/account/verify/resend", "/account/login/mail" })
            Assert.True((await browser.GetAsync(path)).Has("<a href=\"/account/login\">Back to login</a>"), path);

        await email.App.RegisterAsync();
        await browser.LoginAsync();

        Assert.True((await browser.GetAsync("/account/email")).Has("<a href=\"/account\">Back to my account</a>"));
    }

    [Fact]
    public async Task A_link_is_used_by_its_button_and_by_nothing_else()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "on"));
        await email.App.RegisterAsync();
        using var browser = new PageBrowser(email.App);
        var link = $"/account/verify?token={(await email.MailAsync()).Token()}";
        await browser.GetAsync(link);
        Assert.False((await email.AccountAsync())!.IsEmailVerified);

        var done = await browser.SubmitAsync(await browser.GetAsync(link), "/account/verify");
        Assert.True(done.Has("Your e-mail address is confirmed"));

        var again = await browser.SubmitAsync(await browser.GetAsync(link), "/account/verify");
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.StartsWith("The link or the code is invalid", again.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_mail_is_sent_and_an_address_without_an_account_sees_the_same_page()
    {
        await using var email = await EmailApp.StartAsync();
        await email.App.RegisterAsync();
        using var browser = new PageBrowser(email.App);
        var pages = new List<string>();
        foreach (var address in new[] { Email, "eve@example.com" })
        {
            var page = await browser.SubmitAsync(await browser.GetAsync("/account/verify/resend"), "/account/verify/resend", ("email", address));
            pages.Add(page.Html.Replace(address, "", StringComparison.Ordinal));
        }

        Assert.Equal(pages[0], pages[1]);
        await email.MailAsync();
    }

    [Fact]
    public async Task A_person_logs_in_with_the_code_where_it_was_requested()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:LoginByMail", "true"));
        await email.App.RegisterAsync();
        using var browser = new PageBrowser(email.App);
        Assert.True((await browser.GetAsync("/account/login")).Has("href=\"/account/login/mail\""));
        var asked = await browser.SubmitAsync(await browser.GetAsync("/account/login/mail"), "/account/login/mail", ("email", Email));
        var mail = await email.MailAsync();

        var wrong = await browser.SubmitAsync(asked, "/account/login/mail/code", ("email", Email), ("code", VerificationTests.Wrong(mail.Code())));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.StartsWith("The code or the link is wrong", wrong.Fault, StringComparison.Ordinal);
        var done = await browser.SubmitAsync(wrong, "/account/login/mail/code", ("email", Email), ("code", mail.Code()));

        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (done.Status, done.Location));
        Assert.True((await browser.GetAsync("/account")).Has(Email));
    }

    [Fact]
    public async Task The_link_logs_in_where_it_is_opened_and_nowhere_else()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:LoginByMail", "true"));
        await email.App.RegisterAsync();
        using var asking = new PageBrowser(email.App);
        using var reading = new PageBrowser(email.App);
        await asking.SubmitAsync(await asking.GetAsync("/account/login/mail"), "/account/login/mail", ("email", Email));
        var link = $"/account/login/link?token={(await email.MailAsync()).Token()}";

        var done = await reading.SubmitAsync(await reading.GetAsync(link), "/account/login/link");

        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        Assert.NotNull(reading.SessionToken);
        Assert.Null(asking.SessionToken);
        var again = await reading.SubmitAsync(await reading.GetAsync(link), "/account/login/link");
        Assert.Equal(HttpStatusCode.Unauthorized, again.Status);
    }

    [Fact]
    public async Task A_form_of_another_browser_uses_no_link()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:LoginByMail", "true"));
        await email.App.RegisterAsync();
        using var browser = new PageBrowser(email.App);
        using var other = new PageBrowser(email.App);
        await email.DoneAsync("/login/code/request", new { email = Email });
        var form = await browser.GetAsync($"/account/login/link?token={(await email.MailAsync()).Token()}");
        await other.GetAsync("/account/login");

        var refused = await other.SubmitAsync(form, "/account/login/link");

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Null(other.SessionToken);
    }

    [Fact]
    public async Task An_address_is_changed_on_the_pages_and_the_change_taken_back()
    {
        await using var email = await EmailApp.StartAsync();
        await email.App.RegisterAsync();
        using var browser = new PageBrowser(email.App);
        await browser.LoginAsync();
        Assert.True((await browser.GetAsync("/account")).Has("href=\"/account/email\""));
        var asked = await browser.SubmitAsync(await browser.GetAsync("/account/email"), "/account/email", ("email", "new@example.com"));
        var code = (await email.MailAsync(to: "new@example.com")).Code();
        var done = await browser.SubmitAsync(asked, "/account/email/code", ("email", "new@example.com"), ("code", code));
        Assert.Equal((HttpStatusCode.SeeOther, "/account?done=email"), (done.Status, done.Location));
        Assert.True((await browser.GetAsync("/account")).Has("new@example.com"));

        var link = $"/account/email/undo?token={(await email.MailAsync()).Token()}";
        using var owner = new PageBrowser(email.App);
        var undone = await owner.SubmitAsync(await owner.GetAsync(link), "/account/email/undo");

        Assert.True(undone.Has("The change was taken back"));
        Assert.StartsWith("/account/login", (await browser.GetAsync("/account")).Location!, StringComparison.Ordinal);
        Assert.Null(await email.AccountAsync("new@example.com"));
    }

    [Fact]
    public async Task The_link_to_a_new_address_works_in_any_browser()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.DoneAsync("/email/change", new { new_email = "new@example.com" }, tokens.AccessToken);
        using var browser = new PageBrowser(email.App);
        var link = $"/account/email/confirm?token={(await email.MailAsync(to: "new@example.com")).Token()}";

        var done = await browser.SubmitAsync(await browser.GetAsync(link), "/account/email/confirm");

        Assert.True(done.Has("Your e-mail address has been changed"));
        Assert.Null(browser.SessionToken);
    }

    [Fact]
    public async Task What_is_off_is_not_offered_and_says_so()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        Assert.False((await browser.GetAsync("/account/login")).Has("/account/login/mail"));

        Assert.True((await browser.GetAsync("/account/login/mail")).Has("Here you can only log in with a password."));
        Assert.True((await browser.GetAsync("/account/verify/resend")).Has("This service sends no e-mail."));
        await browser.LoginAsync();
        Assert.True((await browser.GetAsync("/account/email")).Has("This service sends no e-mail."));
    }
}
