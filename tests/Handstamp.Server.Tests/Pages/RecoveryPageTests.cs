using System.Net;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

public sealed class RecoveryPageTests
{
    const string NewPassword = "another quite unusual sentence";

    [Fact]
    public async Task A_forgotten_password_can_be_replaced_with_only_the_pages()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        Assert.True((await browser.GetAsync("/account/login")).Has("href=\"/account/forgot\""));

        var sent = await browser.SubmitAsync(await browser.GetAsync("/account/forgot"), "/account/forgot", ("email", HandstampApp.Email));
        Assert.Equal(HttpStatusCode.OK, sent.Status);
        Assert.True(sent.Has("Check your mail"));

        var link = $"/account/reset?token={(await folder.ReadAsync(HandstampApp.Email))[0].Token()}";
        // A mail scanner opens the link, too.
        await browser.GetAsync(link);
        var form = await browser.GetAsync(link);
        var differ = await SendAsync(browser, form, NewPassword, NewPassword + "x");
        Assert.Equal((HttpStatusCode.BadRequest, "The two passwords do not match. Enter them again."), (differ.Status, differ.Fault));
        var done = await SendAsync(browser, differ, NewPassword, NewPassword);

        Assert.True(done.Has("Your password has been changed"));
        Assert.Null(browser.SessionToken);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.LoginAsync(password: NewPassword)).Status);
    }

    [Theory]
    [InlineData("/account/login")]
    [InlineData("/account/register")]
    [InlineData("/account/forgot")]
    [InlineData("/account/verify/resend")]
    [InlineData("/account/login/mail")]
    public async Task An_address_in_the_form_of_a_link_is_only_text(string path)
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(new(folder.Settings) { ["Accounts:LoginByMail"] = "true" });
        using var browser = new PageBrowser(app);

        foreach (var email in new[] { "[a](zz)@x.de", "[a](login)@x.de", "{email}@x.de" })
        {
            var page = await browser.SubmitAsync(await browser.GetAsync(path), path, ("email", email), ("password", NewPassword));

            Assert.True((int)page.Status < 500, $"{path} with {email}: {page.Status}");
            Assert.DoesNotContain("@x.de</a>", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain(">a</a>", page.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_for_an_expired_link_leads_to_a_new_one()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        using var browser = new PageBrowser(app);

        var page = await SendAsync(browser, await browser.GetAsync("/account/reset?token=hss_nothing"), NewPassword, NewPassword);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.StartsWith("The link is invalid", page.Fault, StringComparison.Ordinal);
        Assert.True(page.Has("href=\"/account/forgot\""));
    }

    [Fact]
    public async Task An_address_without_an_account_sees_the_same_page()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);

        var known = await browser.SubmitAsync(await browser.GetAsync("/account/forgot"), "/account/forgot", ("email", HandstampApp.Email));
        var unknown = await browser.SubmitAsync(await browser.GetAsync("/account/forgot"), "/account/forgot", ("email", "eve@example.com"));

        Assert.Equal(known.Html.Replace(HandstampApp.Email, "eve@example.com", StringComparison.Ordinal), unknown.Html);
    }

    [Fact]
    public async Task Without_mail_no_recovery_is_offered_and_the_page_says_so()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);

        Assert.False((await browser.GetAsync("/account/login")).Has("/account/forgot"));
        var page = await browser.GetAsync("/account/forgot");
        Assert.Equal((HttpStatusCode.Forbidden, true), (page.Status, page.Has("This service sends no e-mail.")));
    }

    static Task<Page> SendAsync(PageBrowser browser, Page form, string password, string again) =>
        browser.SubmitAsync(form, "/account/reset", ("password", password), ("again", again));
}
