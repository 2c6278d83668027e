using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

/// <summary>The login of the pages is a normal session: the rules of /refresh apply here, too.</summary>
public sealed class PageSessionTests : IAsyncLifetime
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;
    PageBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.RegisterAsync();
        _browser = new PageBrowser(_app);
        await _browser.LoginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_page_within_the_window_sets_no_cookie_and_a_page_after_it_sets_the_next_cookie()
    {
        var first = _browser.SessionToken;

        var held = await _browser.GetAsync("/account");
        _app.Jump(Window);
        var rotated = await _browser.GetAsync("/account");

        Assert.Empty(held.SetCookies);
        Assert.Equal([PageBrowser.SessionCookie, PageBrowser.OwnSessionCookie], rotated.SetCookies.Select(cookie => cookie.Name.ToString()));
        Assert.NotEqual(first, _browser.SessionToken);
        Assert.Equal(HttpStatusCode.OK, rotated.Status);
    }

    [Fact]
    public async Task A_page_whose_answer_was_lost_can_be_loaded_again()
    {
        var first = _browser.SessionToken!;
        _app.Jump(Window);
        await _browser.GetAsync("/account");
        var successor = _browser.SessionToken;

        _browser.Cookies[PageBrowser.SessionCookie] = first;
        var again = await _browser.GetAsync("/account");
        Assert.Equal((HttpStatusCode.OK, successor), (again.Status, _browser.SessionToken));

        _browser.Cookies[PageBrowser.SessionCookie] = first;
        _app.Jump(Window);
        var late = await _browser.GetAsync("/account");
        Assert.Equal(HttpStatusCode.OK, late.Status);
        Assert.NotEqual(successor, _browser.SessionToken);
    }

    [Fact]
    public async Task In_the_quiet_gap_of_the_window_a_page_is_shown_and_no_cookie_is_set()
    {
        var first = _browser.SessionToken!;
        _app.Jump(Window);
        await _browser.GetAsync("/account");
        _browser.Cookies[PageBrowser.SessionCookie] = first;
        _app.Jump(Window - TimeSpan.FromSeconds(1));

        var page = await _browser.GetAsync("/account");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.SetCookies);
    }

    [Fact]
    public async Task A_stolen_cookie_ends_the_session_and_both_see_the_login()
    {
        using var thief = new PageBrowser(_app);
        thief.Cookies[PageBrowser.SessionCookie] = _browser.SessionToken!;
        _app.Jump(Window);
        await thief.GetAsync("/account");
        _app.Jump(Window);
        await thief.GetAsync("/account");
        _app.Jump(Window);

        var victims = await _browser.GetAsync("/account");
        var thiefs = await thief.GetAsync("/account");

        Assert.Equal("/account/login", victims.Location);
        Assert.Equal("/account/login", thiefs.Location);
        Assert.Equal(EndReason.Reuse, (await ReadAsync(thief.SessionToken!))!.End!.Reason);
    }

    [Fact]
    public async Task A_refusal_never_clears_the_cookie()
    {
        await _app.Get<SessionOperations>().EndAsync(SessionOf(_browser.SessionToken!), EndReason.Logout, _app.Clock.GetUtcNow());

        var refused = await _browser.GetAsync("/account");
        var login = await _browser.GetAsync("/account/login");

        Assert.Equal("/account/login", refused.Location);
        Assert.Equal(HttpStatusCode.OK, login.Status);
        Assert.Empty(refused.SetCookies);
        Assert.Empty(login.SetCookies);
    }

    [Fact]
    public async Task A_page_that_was_overtaken_says_so_and_ends_nothing()
    {
        var first = _browser.SessionToken!;
        _app.Jump(Window);
        await _browser.GetAsync("/account");
        _app.Jump(Window);
        await _browser.GetAsync("/account");
        using var late = new PageBrowser(_app) { Cookies = { [PageBrowser.SessionCookie] = first } };

        var page = await late.GetAsync("/account");

        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.StartsWith("This page is out of date.", page.Fault, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task The_token_of_the_pages_works_at_no_other_route()
    {
        var token = _browser.SessionToken!;

        var body = await ProblemAnswer.ReadAsync(await _app.RefreshAsync(token));
        var cookie = await ProblemAnswer.ReadAsync(await _app.SendAsync(
            HttpMethod.Post, "/refresh", change: request => request.Headers.Add("Cookie", $"__Secure-handstamp={token}")));
        var bearer = await ProblemAnswer.ReadAsync(await _app.SendAsync(HttpMethod.Get, "/me", accessToken: token));
        using var misplaced = await _app.SendAsync(
            HttpMethod.Post, "/refresh", change: request => request.Headers.Add("Cookie", $"{PageBrowser.SessionCookie}={token}"));

        Assert.Equal("refresh_token_invalid", body.Code);
        Assert.Equal("refresh_token_invalid", cookie.Code);
        Assert.Equal("access_token_invalid", bearer.Code);
        Assert.Equal("refresh_token_missing", (await ProblemAnswer.ReadAsync(misplaced)).Code);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account")).Status);
    }

    [Theory]
    [InlineData("body")]
    [InlineData("cookie")]
    public async Task A_token_of_another_route_does_not_work_at_the_pages(string transport)
    {
        using var answer = await _app.PostAsync(
            "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport });
        var token = transport == "body"
            ? (await TokenSet.ReadAsync(answer)).RefreshToken!
            : answer.Headers.GetValues("Set-Cookie").First().Split('=', ';')[1];
        using var browser = new PageBrowser(_app) { Cookies = { [PageBrowser.SessionCookie] = token } };

        Assert.Equal("/account/login", (await browser.GetAsync("/account")).Location);
        Assert.Null((await ReadAsync(token))!.End);
    }

    [Fact]
    public async Task Another_login_lists_the_pages_as_a_device_and_can_end_its_session()
    {
        var tokens = await _app.LoginAsync();
        using var list = await _app.SendAsync(HttpMethod.Get, "/sessions", accessToken: tokens.AccessToken);
        var page = System.Text.Json.JsonDocument.Parse(await list.Content.ReadAsStringAsync()).RootElement
            .GetProperty("sessions").EnumerateArray().Single(item => item.GetProperty("transport").GetString() == "page");

        using var ended = await _app.SendAsync(
            HttpMethod.Delete, $"/sessions/{page.GetProperty("id").GetString()}", accessToken: tokens.AccessToken);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal("/account/login", (await _browser.GetAsync("/account")).Location);
    }

    [Fact]
    public async Task A_login_that_a_sibling_host_has_planted_does_not_take_the_place_of_the_browsers_own()
    {
        var own = _browser.SessionToken!;
        await _app.RegisterAsync("mallory@example.com");
        _app.Jump(TimeSpan.FromSeconds(1));
        using var mallory = new PageBrowser(_app);
        await mallory.LoginAsync("mallory@example.com");
        _browser.Headers["Cookie"] = $"{PageBrowser.SessionCookie}={mallory.SessionToken}";

        Assert.True((await _browser.GetAsync("/account")).Has(HandstampApp.Email));

        // The service cannot tell which cookie belongs to the browser; a login decides that.
        _browser.Cookies.Remove(PageBrowser.OwnSessionCookie);
        Assert.Equal("/account/login", (await _browser.GetAsync("/account")).Location);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account/login")).Status);
        await _browser.LoginAsync();
        Assert.True((await _browser.GetAsync("/account")).Has(HandstampApp.Email));
        Assert.Equal(EndReason.Logout, (await ReadAsync(own))!.End!.Reason);
    }

    [Theory]
    [InlineData("hsr_")]
    [InlineData("%%%")]
    [InlineData("")]
    public async Task An_invalid_token_logs_nobody_in(string value)
    {
        using var browser = new PageBrowser(_app) { Cookies = { [PageBrowser.SessionCookie] = value } };

        Assert.Equal("/account/login", (await browser.GetAsync("/account")).Location);
    }

    [Fact]
    public async Task After_the_login_the_browser_returns_to_the_requested_page()
    {
        using var browser = new PageBrowser(_app);

        var asked = await browser.GetAsync("/account/password");

        Assert.Equal("/account/login?return=%2Faccount%2Fpassword", asked.Location);
    }

    [Fact]
    public async Task The_browser_returns_to_the_whole_address_including_the_query()
    {
        using var browser = new PageBrowser(_app);
        const string wanted = "/account/password?from=a%20mail&state=x..y%26&empty=&done";

        var login = await browser.OpenAsync(wanted);
        var sent = await browser.SubmitAsync(
            login, "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password));

        Assert.Equal((HttpStatusCode.SeeOther, wanted), (sent.Status, sent.Location));
    }

    /// <summary>
    /// Each of its letters is escaped in the link to the login, and in the form. The address fits in nevertheless.
    /// </summary>
    [Theory]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public async Task An_address_as_long_as_an_authorize_request_is_kept(int length, bool kept)
    {
        using var browser = new PageBrowser(_app);
        var wanted = "/account/password?".PadRight(length, '&');

        var login = await browser.OpenAsync(wanted);
        var sent = await browser.SubmitAsync(
            login, "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password));

        Assert.Equal(kept ? wanted : "/account", sent.Location);
    }

    Task<SessionReading?> ReadAsync(string token) => _app.Get<ISessionStore>().FindAsync(SessionOf(token), default);

    static Guid SessionOf(string token) => RefreshToken.TryParse(token, out var parsed) ? parsed.SessionId : throw new ArgumentException(null, nameof(token));
}
