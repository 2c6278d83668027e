using System.Net;
using System.Text.Json;
using Handstamp.Pages;
using Handstamp.Server.Accounts;
using Handstamp.Server.Tests.Accounts.Emails;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

/// <summary>What people do with their own accounts on the pages.</summary>
public sealed class SelfServicePageTests : IAsyncLifetime
{
    HandstampApp _app = null!;
    PageBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _browser = new PageBrowser(_app);
        await _app.RegisterAsync();
        await _browser.LoginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_deleted_account_logs_out_and_the_next_login_asks_whether_it_is_kept()
    {
        var deleted = await DeleteAsync();
        Assert.Equal("Your account will be deleted – Handstamp", deleted.Title);
        Assert.Null(_browser.SessionToken);

        var asked = await _browser.LoginAsync();
        Assert.Equal((HttpStatusCode.OK, "Keep your account? – Handstamp"), (asked.Status, asked.Title));
        Assert.Null(_browser.SessionToken);
        var kept = await _browser.SubmitAsync(asked, "/account/login/restore");

        Assert.Equal("/account?done=kept", kept.Location);
        Assert.True((await _browser.GetAsync(kept.Location!)).Has("It will not be deleted."));
        Assert.Null((await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!.DeleteAt);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _browser.SubmitAsync(asked, "/account/login/restore")).Status);
    }

    [Fact]
    public async Task A_page_that_did_not_ask_recently_deletes_and_exports_nothing()
    {
        var (delete, profile) = (await _browser.GetAsync("/account/delete"), await _browser.GetAsync("/account/profile"));
        _app.Jump(TimeSpan.FromMinutes(11));

        Assert.Equal("/account/confirm?return=%2Faccount%2Fdelete", (await _browser.SubmitAsync(delete, "/account/delete")).Location);
        Assert.Equal("/account/confirm?return=%2Faccount%2Fprofile", (await _browser.SubmitAsync(profile, "/account/export")).Location);
        Assert.Null((await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!.DeleteAt);
    }

    [Fact]
    public async Task The_link_of_the_mail_keeps_the_account_when_its_button_is_pressed()
    {
        await using var email = await EmailApp.StartAsync();
        using var browser = new PageBrowser(email.App);
        await email.App.RegisterAsync();
        await browser.LoginAsync();
        await browser.SubmitAsync(await browser.GetAsync("/account/delete"), "/account/delete");
        var mail = await email.MailAsync();

        var page = await browser.GetAsync($"/account/restore?token={mail.Token()}");
        Assert.NotNull((await email.AccountAsync())!.DeleteAt);
        var kept = await browser.SubmitAsync(page, "/account/restore");
        var again = await browser.SubmitAsync(page, "/account/restore");

        Assert.Equal("Your account stays – Handstamp", kept.Title);
        Assert.Contains("href=\"/account/forgot\"", kept.Html, StringComparison.Ordinal);
        Assert.Null((await email.AccountAsync())!.DeleteAt);
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
    }

    [Fact]
    public async Task The_profile_is_saved_and_its_faults_are_below_the_field()
    {
        var page = await _browser.GetAsync("/account/profile");

        var wrong = await _browser.SubmitAsync(page, "/account/profile", ("name", new string('x', 129)), ("locale", ""));
        var saved = await _browser.SubmitAsync(page, "/account/profile", ("name", " Ada <b> "), ("locale", "de"));

        Assert.Equal((HttpStatusCode.BadRequest, "name"), (wrong.Status, wrong.FaultyField));
        Assert.Equal("/account?done=profile", saved.Location);
        var shown = await _browser.GetAsync("/account/profile");
        Assert.True(shown.Has("value=\"Ada <b>\""));
        Assert.Contains("<option value=\"de\" lang=\"de\" selected=\"selected\">", shown.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_language_that_only_an_app_knows_stays_when_the_profile_is_saved()
    {
        var tokens = await _app.LoginAsync();
        using var set = await _app.SendAsync(HttpMethod.Patch, "/me", new { locale = "tlh", data = new { a = 1 } }, tokens.AccessToken);
        var page = await _browser.GetAsync("/account/profile");
        Assert.Contains("<option value=\"tlh\"", page.Html, StringComparison.Ordinal);

        await _browser.SubmitAsync(page, "/account/profile", ("name", "Ada"), ("locale", "tlh"));

        using var me = await _app.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        var shown = await Person.ReadAsync(me);
        Assert.Equal(("tlh", "{\"a\":1}"), (shown.GetProperty("locale").GetString(), shown.GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task The_copy_of_the_data_is_a_file()
    {
        var file = await _browser.SubmitAsync(await _browser.GetAsync("/account/profile"), "/account/export");

        Assert.Equal("attachment; filename=\"account.json\"", file.Headers["Content-Disposition"]);
        Assert.Equal(HandstampApp.Email, JsonDocument.Parse(file.Html).RootElement.GetProperty("account").GetProperty("profile").GetProperty("email").GetString());
    }

    [Fact]
    public async Task The_activity_is_in_sentences_with_times_as_people_say_them()
    {
        _app.Jump(TimeSpan.FromMinutes(5));
        var page = await _browser.GetAsync("/account/activity");

        Assert.True(page.Has("You logged in."));
        Assert.True(page.Has("5 min ago"));
        Assert.True(page.Has("127.0.0.1"));
        _browser.Headers["Accept-Language"] = "de";
        Assert.True((await _browser.GetAsync("/account/activity")).Has("Sie haben sich angemeldet."));
    }

    [Fact]
    public async Task Older_activity_is_on_further_pages()
    {
        for (var login = 0; login < 30; login++) await _app.LoginAsync();
        var page = await _browser.GetAsync("/account/activity");
        var next = System.Text.RegularExpressions.Regex.Match(page.Html, "/account/activity\\?before=[0-9a-f-]{36}").Value;

        Assert.True((await _browser.GetAsync(next)).Has("The account was created."));
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account/activity?before=nonsense")).Status);
    }

    [Theory]
    [InlineData("a wrong sentence", "another unusual sentence", "another unusual sentence", "current")]
    [InlineData(HandstampApp.Password, "password", "password", "password")]
    [InlineData(HandstampApp.Password, "another unusual sentence", "another one", "again")]
    public async Task Only_the_field_that_is_wrong_is_marked(string current, string password, string again, string field)
    {
        var page = await _browser.SubmitAsync(
            await _browser.GetAsync("/account/password"), "/account/password", ("current", current), ("password", password), ("again", again));

        Assert.Equal(field, page.FaultyField);
        Assert.Equal(1, page.Html.Split("aria-invalid=\"true\"").Length - 1);
        Assert.Contains($"{field}-fault\" autofocus=\"autofocus\"", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"fault\"", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_does_not_say_which_field_is_wrong()
    {
        using var browser = new PageBrowser(_app);

        var page = await browser.LoginAsync(password: "a wrong sentence");

        Assert.Null(page.FaultyField);
        Assert.Equal("The e-mail address or the password is wrong.", page.Fault);
    }

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(59, "just now")]
    [InlineData(60, "1 min ago")]
    [InlineData(3599, "59 min ago")]
    [InlineData(3600, "1 h ago")]
    [InlineData(86_399, "23 h ago")]
    [InlineData(86_400, "yesterday")]
    [InlineData(172_800, "2 days ago")]
    [InlineData(2_591_999, "29 days ago")]
    [InlineData(2_592_000, "2029-12-03")]
    [InlineData(-30, "just now")]
    public void A_time_is_said_as_people_do(int secondsAgo, string text)
    {
        var now = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.Equal(text, new Moment(now.AddSeconds(-secondsAgo), now, TextsJson.Read("en")).Text);
    }

    [Fact]
    public void The_documents_of_the_service_are_shown_as_HTML_and_their_text_stays_text()
    {
        var (title, html) = Markdown.Read(
            "# a_code\n\nSee [`x`](other_code.md) & [the guide](../guide/x.md).\n\n| a | b |\n|---|---|\n| 1 | `<2>` |\n\n- one\n- two\n\n## More\n\n```\n<3>\n```",
            System.Text.Encodings.Web.HtmlEncoder.Default);

        Assert.Equal("a_code", title);
        Assert.Equal(
            "<p>See <a href=\"other_code\"><code>x</code></a> &amp; the guide.</p>"
            + "<table><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr><tr><td>1</td><td><code>&lt;2&gt;</code></td></tr></table>"
            + "<ul><li>one</li><li>two</li></ul><h2>More</h2><pre><code>&lt;3&gt;</code></pre>", html.ToString());
    }

    [Fact]
    public async Task The_page_of_an_error_code_is_HTML_for_a_browser_and_Markdown_for_a_program()
    {
        _browser.Headers["Accept"] = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

        var page = await _browser.GetAsync("/errors/password_too_weak");
        using var program = await _app.Client.GetAsync("/errors/password_too_weak");

        Assert.Equal("password_too_weak – Handstamp", page.Title);
        Assert.True(page.Has("<td>is one of the common passwords that the executable knows</td>"));
        Assert.Equal("text/markdown", program.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Accept", program.Headers.Vary);
    }

    async Task<Page> DeleteAsync() => await _browser.SubmitAsync(await _browser.GetAsync("/account/delete"), "/account/delete");
}
