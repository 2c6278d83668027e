using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

public sealed class LoginPageTests
{
    [Fact]
    public async Task A_person_who_logs_in_sees_the_account()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);

        var sent = await browser.LoginAsync();
        var account = await browser.OpenAsync(sent.Location!);

        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (sent.Status, sent.Location));
        Assert.Equal((HttpStatusCode.OK, "My account – Handstamp"), (account.Status, account.Title));
        Assert.True(account.Has(HandstampApp.Email));
    }

    [Fact]
    public async Task The_token_is_in_a_cookie_that_only_the_pages_get()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);

        var sent = await browser.LoginAsync();

        Assert.Equal([PageBrowser.SessionCookie, PageBrowser.OwnSessionCookie, PageBrowser.DeviceCookie], sent.SetCookies.Select(cookie => cookie.Name.ToString()));
        var cookie = sent.SetCookies[0];
        Assert.StartsWith("hsr_", cookie.Value.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            (true, true, SameSiteMode.Lax, "/account", TimeSpan.FromDays(14), false),
            (cookie.HttpOnly, cookie.Secure, cookie.SameSite, cookie.Path.ToString(), cookie.MaxAge, cookie.Domain.HasValue));
    }

    [Fact]
    public async Task With_a_base_path_everything_is_under_it()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["BasePath"] = "/auth", ["Issuer"] = "https://example.com/auth" });
        await app.Get<AccountOperations>().AddAsync(HandstampApp.Email, HandstampApp.Password, [], default);
        using var browser = new PageBrowser(app);

        var first = await browser.OpenAsync("/auth/account/password");
        var sent = await browser.SubmitAsync(
            first, "/auth/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password), ("remember", "on"));
        var account = await browser.OpenAsync("/auth/account");

        Assert.Equal("/auth/account/password", sent.Location);
        Assert.Equal(["/auth/account", "/", "/"], sent.SetCookies.Select(cookie => cookie.Path.ToString()));
        Assert.All(Links(first).Concat(Links(account)), link => Assert.StartsWith("/auth/account", link, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/account/login")).Status);
    }

    [Fact]
    public async Task On_plain_http_in_development_the_cookies_have_neither_prefix_nor_secure()
    {
        await using var app = await HandstampApp.StartAsync(
            new() { ["Issuer"] = "http://localhost:5110" }, environment: Environments.Development);
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);

        var sent = await browser.LoginAsync();

        Assert.Equal(["handstamp-account", "handstamp-account-session", "handstamp-device", "handstamp-visit"], browser.Cookies.Keys.Order());
        Assert.All(sent.SetCookies, cookie => Assert.False(cookie.Secure));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_look_the_same()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);

        var wrong = await browser.LoginAsync(password: "another unusual sentence");
        var unknown = await browser.LoginAsync(email: "eve@example.com");

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal("The e-mail address or the password is wrong.", wrong.Fault);
        Assert.Equal("Error: Log in – Handstamp", wrong.Title);
        Assert.Equal(wrong.Html.Replace(HandstampApp.Email, "", StringComparison.Ordinal), unknown.Html.Replace("eve@example.com", "", StringComparison.Ordinal));
        Assert.Null(browser.SessionToken);
    }

    [Fact]
    public async Task The_address_is_kept_and_the_password_is_not()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);

        var page = await browser.LoginAsync("\"><b>@example.com", "a secret of mine");

        Assert.True(page.Has("value=\"\"><b>@example.com\""));
        Assert.DoesNotContain("<b>", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret of mine", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_says_that_the_account_is_disabled()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        var accounts = app.Get<AccountOperations>();
        await accounts.DisableAsync((await accounts.FindAsync(HandstampApp.Email, default))!);
        using var browser = new PageBrowser(app);

        var page = await browser.LoginAsync();

        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.StartsWith("This account is disabled.", page.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_too_many_attempts_the_page_says_how_long_to_wait()
    {
        await using var app = await HandstampApp.StartAsync(new()
        {
            ["Accounts:Throttle:AccountFree"] = "1",
            ["Accounts:Throttle:AccountFirstDelay"] = "00:00:40",
        });
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        await browser.LoginAsync(password: "another unusual sentence");
        await browser.LoginAsync(password: "another unusual sentence");

        var page = await browser.LoginAsync();

        Assert.Equal((HttpStatusCode.TooManyRequests, "40"), (page.Status, page.Headers["Retry-After"]));
        Assert.Equal("There were too many attempts. Try again in 40 s.", page.Fault);
    }

    [Theory]
    [InlineData("/account/password", "/account/password")]
    [InlineData("/oauth/authorize?client_id=shop&state=a%20b", "/oauth/authorize?client_id=shop&state=a%20b")]
    [InlineData("/oauth/authorize?state=a..b%2E%2e&redirect_uri=https%3A%2F%2Fshop.example%2F..", "/oauth/authorize?state=a..b%2E%2e&redirect_uri=https%3A%2F%2Fshop.example%2F..")]
    [InlineData("//evil.example", "/account")]
    [InlineData("/\\evil.example", "/account")]
    [InlineData("/account\\..\\evil", "/account")]
    [InlineData("https://evil.example/", "/account")]
    [InlineData("javascript:alert(1)", "/account")]
    [InlineData("evil", "/account")]
    [InlineData("/a/../b", "/account")]
    [InlineData("/a/%2E%2e/b", "/account")]
    [InlineData("/a/../b?c=d", "/account")]
    [InlineData("/a?b=\\c", "/account")]
    [InlineData("/a\r\nSet-Cookie: a=b", "/account")]
    [InlineData("/\u00fc", "/account")]
    [InlineData("", "/account")]
    public async Task The_login_leads_only_to_a_page_of_the_service(string wanted, string reached)
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        var page = await browser.GetAsync($"/account/login?return={Uri.EscapeDataString(wanted)}");

        Assert.Equal(reached, page.HiddenFields("/account/login")["return"]);
        var sent = await browser.SubmitAsync(
            page, "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password), ("return", wanted));
        Assert.Equal(reached, sent.Location);
        var again = await browser.GetAsync($"/account/login?return={Uri.EscapeDataString(wanted)}");
        Assert.Equal(reached, again.Location);
    }

    [Fact]
    public async Task A_login_over_a_session_ends_that_session()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        var form = await browser.GetAsync("/account/login");
        (string, string)[] who = [("email", HandstampApp.Email), ("password", HandstampApp.Password)];

        await browser.SubmitAsync(form, "/account/login", who);
        await browser.SubmitAsync(form, "/account/login", who);

        var account = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        var listed = await app.Get<ISessionStore>().ListAsync(account.Id, app.Clock.GetUtcNow(), 10, default);
        Assert.Equal(SessionTransport.Page, Assert.Single(listed).Session.Transport);
        Assert.Equal("My account – Handstamp", (await browser.OpenAsync("/account")).Title);
    }

    [Fact]
    public async Task A_password_that_changes_while_it_is_checked_logs_nobody_in()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        await using var running = app;
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        var accounts = app.Get<AccountOperations>();
        var account = (await accounts.FindAsync(HandstampApp.Email, default))!;
        sessions.BeforeAdding = () => accounts.SetPasswordAsync(account, "another unusual sentence", HashingQueue.Operator, default);

        var page = await browser.LoginAsync();

        Assert.Equal((HttpStatusCode.Unauthorized, "The e-mail address or the password is wrong."), (page.Status, page.Fault));
        Assert.Null(browser.SessionToken);
        Assert.Empty(await sessions.ListAsync(account.Id, app.Clock.GetUtcNow(), 10, default));
    }

    [Fact]
    public async Task The_page_says_that_the_account_has_too_many_devices()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:MaxPerAccount"] = "1" });
        await app.RegisterAndLoginAsync();
        using var browser = new PageBrowser(app);

        var page = await browser.LoginAsync();

        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.StartsWith("You are logged in on too many devices.", page.Fault, StringComparison.Ordinal);
        Assert.Null(browser.SessionToken);
    }

    [Fact]
    public async Task The_settings_can_turn_the_pages_off()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Pages:Enabled"] = "false" });
        using var browser = new PageBrowser(app);

        foreach (var path in new[] { "/account", "/account/login", "/account/style.css" })
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
    }

    static IEnumerable<string> Links(Page page) =>
        System.Text.RegularExpressions.Regex.Matches(page.Html, "(?:href|action|src)=\"([^\"]*)\"").Select(match => match.Groups[1].Value);
}
