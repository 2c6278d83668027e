using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Sessions;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

/// <summary>The actions of a person who is logged in.</summary>
public sealed class AccountPagesTests : IAsyncLifetime
{
    const string NewPassword = "another unusual sentence";

    HandstampApp _app = null!;
    PageBrowser _browser = null!;
    TokenSet _phone = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _phone = await _app.RegisterAndLoginAsync();
        _browser = new PageBrowser(_app);
        _browser.Headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        await _browser.LoginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    string Phone => $"/account/devices/{_phone.SessionId:D}";

    [Fact]
    public async Task The_devices_are_listed_and_this_one_is_marked()
    {
        var page = await _browser.GetAsync("/account");

        var (own, phone) = (page.Html.IndexOf("Firefox on Linux", StringComparison.Ordinal), page.Html.IndexOf("Unknown device", StringComparison.Ordinal));
        var mark = page.Html.IndexOf("This device", StringComparison.Ordinal);
        Assert.True(own > 0 && mark > own && phone > mark);
        Assert.Equal(mark, page.Html.LastIndexOf("This device", StringComparison.Ordinal));
        Assert.Contains(Phone, page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_manager_finds_the_page_for_a_new_password()
    {
        Assert.Equal("/account/password", (await _browser.GetAsync("/.well-known/change-password")).Location);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account/password")).Status);
    }

    [Fact]
    public async Task A_device_can_be_named_and_its_name_removed()
    {
        var page = await _browser.GetAsync(Phone);

        var sent = await _browser.SubmitAsync(page, Phone, ("name", " Ada's phone 📱 "));
        Assert.Equal("/account?done=renamed", sent.Location);
        Assert.True((await _browser.GetAsync("/account")).Has("<strong><bdi>Ada's phone 📱</bdi></strong>"));
        Assert.True((await _browser.GetAsync(Phone)).Has("value=\"Ada's phone 📱\""));
        Assert.Equal("/account?done=renamed", (await _browser.SubmitAsync(page, Phone, ("name", "Ada's phone 📱"))).Location);

        await _browser.SubmitAsync(page, Phone, ("name", " "));
        Assert.True((await _browser.GetAsync("/account")).Has("Unknown device"));
    }

    [Fact]
    public async Task A_name_or_an_address_in_another_writing_direction_does_not_affect_other_text()
    {
        const string turned = "\u202eeve\u2067 \u05d0";
        var email = $"{turned.Replace(" ", "", StringComparison.Ordinal)}@example.com";
        await _app.RegisterAsync(email);
        using var browser = new PageBrowser(_app);
        using var nobody = new PageBrowser(_app);
        await browser.LoginAsync(email);
        var own = System.Text.RegularExpressions.Regex.Match((await browser.GetAsync("/account")).Html, "/account/devices/[^\"]*").Value;
        await browser.SubmitAsync(await browser.GetAsync(own), own, ("name", turned));

        var (account, device, login) = (await browser.GetAsync("/account"), await browser.GetAsync(own), await nobody.LoginAsync(email, "wrong"));

        Assert.True(account.Has($"You are logged in as <bdi>{email}</bdi>."));
        Assert.True(account.Has($"<strong><bdi>{turned}</bdi></strong>"));
        Assert.True(device.Has($"<strong><bdi>{turned}</bdi></strong>"));
        Assert.True(device.Has($"value=\"{turned}\" dir=\"auto\""));
        Assert.True(login.Has($"value=\"{email}\" dir=\"auto\""));
    }

    [Theory]
    [InlineData("a\u0007b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task An_invalid_name_is_refused_with_the_form(string name)
    {
        var page = await _browser.SubmitAsync(await _browser.GetAsync(Phone), Phone, ("name", name));

        Assert.Equal((HttpStatusCode.BadRequest, "Error: Device – Handstamp"), (page.Status, page.Title));
        Assert.NotEmpty(page.HiddenFields(Phone));
    }

    [Fact]
    public async Task A_device_is_logged_out()
    {
        var sent = await _browser.SubmitAsync(await _browser.GetAsync(Phone), $"{Phone}/end");

        Assert.Equal("/account?done=device", sent.Location);
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await _app.RefreshAsync(_phone.RefreshToken!))).Code);
        Assert.DoesNotContain(Phone, (await _browser.GetAsync("/account")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logging_this_device_out_in_the_list_is_a_logout()
    {
        var account = await _browser.GetAsync("/account");
        var own = System.Text.RegularExpressions.Regex.Match(account.Html, "/account/devices/[^\"]*").Value;

        var sent = await _browser.SubmitAsync(await _browser.GetAsync(own), $"{own}/end");

        Assert.Equal("/account/logout?done", sent.Location);
        Assert.Null(_browser.SessionToken);
    }

    [Fact]
    public async Task The_devices_of_others_are_not_found()
    {
        const string eve = "eve@example.com";
        await _app.RegisterAsync(eve);
        var hers = $"/account/devices/{(await _app.LoginAsync(eve)).SessionId:D}";
        var fields = (await _browser.GetAsync(Phone)).HiddenFields(Phone);

        Page[] answers =
        [
            await _browser.GetAsync(hers), await _browser.PostAsync($"{hers}/end", fields),
            await _browser.PostAsync(hers, fields.Append(new("name", "Mine"))),
            await _browser.GetAsync("/account/devices/x"), await _browser.PostAsync("/account/devices/%20/end", fields),
            await _browser.PostAsync("/account/devices/x", fields.Append(new("name", "Mine"))),
        ];

        Assert.All(answers, page => Assert.Equal(
            (HttpStatusCode.NotFound, "There is no such device. Perhaps it has already been logged out."), (page.Status, page.Fault)));
        Assert.Null((await ListAsync(eve)).Single().Device.Name);
    }

    [Fact]
    public async Task A_new_password_ends_every_session_and_this_browser_gets_a_new_one()
    {
        var before = _browser.SessionToken!;
        var sent = await ChangeAsync(HandstampApp.Password, NewPassword);
        var account = await _browser.GetAsync(sent.Location!);

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        Assert.True(account.Has("Your password has been changed."));
        var listed = Assert.Single(await ListAsync());
        Assert.Equal(SessionTransport.Page, listed.Session.Transport);
        Assert.Equal(_browser.Headers["User-Agent"], listed.Device.UserAgent);
        Assert.Equal(listed.Session.Id, SessionOf(_browser.SessionToken!));
        Assert.NotEqual(listed.Session.Id, SessionOf(before));
        using var other = new PageBrowser(_app);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.LoginAsync()).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await other.LoginAsync(password: NewPassword)).Status);
    }

    [Fact]
    public async Task Another_tab_with_a_request_under_way_with_the_old_cookie_stays_logged_in()
    {
        using var tab = new PageBrowser(_app) { Cookies = { [PageBrowser.SessionCookie] = _browser.SessionToken! } };
        await ChangeAsync(HandstampApp.Password, NewPassword);
        _app.Jump(TimeSpan.FromSeconds(29));

        var overtaken = await tab.GetAsync("/account");
        Assert.Equal((HttpStatusCode.Conflict, 0), (overtaken.Status, overtaken.SetCookies.Count));
        Assert.StartsWith("This page is out of date.", overtaken.Fault, StringComparison.Ordinal);

        // There is one jar, which holds the new cookie now.
        tab.Cookies[PageBrowser.SessionCookie] = _browser.SessionToken!;
        Assert.Equal(HttpStatusCode.OK, (await tab.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task A_copy_of_the_old_cookie_opens_no_page_after_a_password_change()
    {
        using var thief = new PageBrowser(_app) { Cookies = { [PageBrowser.SessionCookie] = _browser.SessionToken! } };
        await ChangeAsync(HandstampApp.Password, NewPassword);

        Assert.Equal(HttpStatusCode.Conflict, (await thief.GetAsync("/account")).Status);
        _app.Jump(TimeSpan.FromSeconds(30));
        Assert.Equal("/account/login", (await thief.GetAsync("/account")).Location);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task A_form_that_another_tab_got_before_the_change_has_no_effect()
    {
        var page = await _browser.GetAsync("/account/logout");
        await ChangeAsync(HandstampApp.Password, NewPassword);

        var sent = await _browser.SubmitAsync(page, "/account/logout");

        Assert.Equal(HttpStatusCode.Forbidden, sent.Status);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync("/account")).Status);
    }

    [Theory]
    [InlineData("wrong", NewPassword, NewPassword, 401)]
    [InlineData(HandstampApp.Password, "password", "password", 400)]
    [InlineData(HandstampApp.Password, NewPassword, "another sentence", 400)]
    public async Task A_password_change_that_is_refused_changes_nothing(string current, string chosen, string again, int status)
    {
        var page = await ChangeAsync(current, chosen, again);

        Assert.Equal((status, "Error: Change password – Handstamp"), ((int)page.Status, page.Title));
        Assert.DoesNotContain($"value=\"{chosen}\"", page.Html, StringComparison.Ordinal);
        Assert.Equal(2, (await ListAsync()).Count);
        using var other = new PageBrowser(_app);
        Assert.Equal(HttpStatusCode.SeeOther, (await other.LoginAsync()).Status);
    }

    [Fact]
    public async Task A_logout_ends_this_session_and_clears_its_cookies()
    {
        var token = _browser.SessionToken!;
        var sent = await _browser.SubmitAsync(await _browser.GetAsync("/account/logout"), "/account/logout");

        Assert.All(sent.SetCookies, cookie => Assert.Equal(TimeSpan.Zero, cookie.MaxAge));
        Assert.Equal(["/account", "/"], sent.SetCookies.Select(cookie => cookie.Path.ToString()));
        Assert.Equal("You are logged out – Handstamp", (await _browser.OpenAsync(sent.Location!)).Title);
        Assert.Equal(_phone.SessionId, Assert.Single(await ListAsync()).Session.Id);
        _browser.Cookies[PageBrowser.SessionCookie] = token;
        Assert.Equal("/account/login", (await _browser.GetAsync("/account")).Location);
    }

    [Fact]
    public async Task A_logout_everywhere_ends_all_sessions()
    {
        await _browser.SubmitAsync(await _browser.GetAsync("/account/logout"), "/account/logout/all");

        Assert.Null(_browser.SessionToken);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Pages_for_people_who_are_logged_in_lead_others_to_the_login()
    {
        var fields = (await _browser.GetAsync(Phone)).HiddenFields(Phone);
        using var nobody = new PageBrowser(_app);

        foreach (var path in new[] { "/account", "/account/password", Phone })
            Assert.StartsWith("/account/login", (await nobody.GetAsync(path)).Location, StringComparison.Ordinal);
        foreach (var path in new[] { $"{Phone}/end", "/account/logout", "/account/logout/all" })
            Assert.Equal("/account/login", (await nobody.PostAsync(path, fields)).Location);
        Assert.Equal(2, (await ListAsync()).Count);
    }

    static Guid SessionOf(string token) => RefreshToken.TryParse(token, out var parsed) ? parsed.SessionId : throw new ArgumentException(null, nameof(token));

    async Task<Page> ChangeAsync(string current, string chosen, string? again = null) => await _browser.SubmitAsync(
        await _browser.GetAsync("/account/password"), "/account/password",
        ("current", current), ("password", chosen), ("again", again ?? chosen));

    async Task<IReadOnlyList<ListedSession>> ListAsync(string email = HandstampApp.Email)
    {
        var account = await _app.Get<AccountOperations>().FindAsync(email, default);
        return await _app.Get<ISessionStore>().ListAsync(account!.Id, _app.Clock.GetUtcNow(), 10, default);
    }
}
