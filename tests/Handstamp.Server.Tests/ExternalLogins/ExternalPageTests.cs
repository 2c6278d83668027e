using System.Net;
using Handstamp.Server.Tests.Pages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>External logins on the pages.</summary>
public sealed class ExternalPageTests
{
    const string Cookie = "__Secure-handstamp-external";

    [Fact]
    public async Task The_login_page_leads_to_the_provider_and_back_to_where_the_person_wanted_to_go()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["ExternalLogins:corp:DisplayName"] = "Corp & Co" });
        using var browser = new PageBrowser(app.App);
        var login = await browser.GetAsync("/account/login?return=%2Faccount%2Fpassword");
        Assert.True(login.Has("Continue with Corp & Co"));
        Assert.True(login.Has("href=\"/account/external/corp?return=%2Faccount%2Fpassword\""));

        var start = await browser.GetAsync("/account/external/corp?return=%2Faccount%2Fpassword");
        var cookie = Assert.Single(start.SetCookies, one => one.Name == Cookie);
        Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: SameSiteMode.Lax });
        Assert.Equal("/account/external", cookie.Path.ToString());
        Assert.Equal(TimeSpan.FromMinutes(15), cookie.MaxAge);
        var end = await browser.GetAsync(Back(app.Provider.Approve(start.Location!, ExternalApp.Ada)));

        Assert.Equal("/account/password", end.Location);
        Assert.DoesNotContain(Cookie, browser.Cookies.Keys);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/password")).Status);
        var account = await browser.GetAsync("/account");
        Assert.True(account.Has("ada@example.com"));
        Assert.Equal("/account", (await browser.GetAsync("/account/external/corp")).Location);
    }

    [Fact]
    public async Task An_answer_is_of_no_use_in_another_browser()
    {
        await using var app = await ExternalApp.StartAsync();
        using var attacker = new PageBrowser(app.App);
        using var victim = new PageBrowser(app.App);
        var start = await attacker.GetAsync("/account/external/corp");
        var link = Back(app.Provider.Approve(start.Location!, new Person("mallory")));

        var without = await victim.GetAsync(link);
        await victim.GetAsync("/account/external/corp");
        var with = await victim.GetAsync(link);

        foreach (var page in new[] { without, with })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, page.Status);
            Assert.StartsWith("The login at the other service was cancelled", page.Fault, StringComparison.Ordinal);
        }
        Assert.Null(victim.SessionToken);
        Assert.DoesNotContain("POST /token", app.Provider.Requests);
    }

    [Fact]
    public async Task The_answer_of_one_provider_is_not_taken_at_the_address_of_another()
    {
        await using var app = await ExternalApp.StartAsync(more: provider => provider.Settings("evil"));
        using var browser = new PageBrowser(app.App);
        var start = await browser.GetAsync("/account/external/evil");
        var state = QueryHelpers.ParseQuery(new Uri(start.Location!).Query)["state"];

        var end = await browser.GetAsync($"/account/external/corp/callback?code=honest&state={state}");

        Assert.Equal(HttpStatusCode.Unauthorized, end.Status);
        Assert.DoesNotContain("POST /token", app.Provider.Requests);
    }

    [Fact]
    public async Task A_form_of_the_provider_comes_back_as_a_link_with_nothing_else_in_it()
    {
        await using var app = await ExternalApp.StartAsync();
        using var browser = new PageBrowser(app.App);

        var page = await browser.PostAsync(
            "/account/external/corp/callback", [new("code", "a&b"), new("state", "s"), new("user", "{}"), new("return", "//evil.example")]);
        var huge = await browser.PostAsync("/account/external/corp/callback", [new("code", new string('c', 20_000))]);

        Assert.Equal("/account/external/corp/callback?code=a%26b&state=s", page.Location);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.Status);
    }

    [Fact]
    public async Task Who_is_logged_in_adds_a_provider_and_removes_it()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.App.RegisterAsync();
        using var browser = new PageBrowser(app.App);
        await browser.LoginAsync();

        var sent = await browser.SubmitAsync(await browser.GetAsync("/account"), "/account/external/corp/link");
        Assert.Equal(HttpStatusCode.OK, sent.Status);
        var address = sent.Headers["Refresh"].Split("url=")[1];
        Assert.True(sent.Has($"href=\"{address}\""));
        var end = await browser.GetAsync(Back(app.Provider.Approve(address, ExternalApp.Ada)));
        Assert.Equal("/account", end.Location);

        var account = await browser.GetAsync("/account");
        Assert.True(account.Has("Remove"));
        var id = Assert.Single(await app.ListAsync((await app.App.LoginAsync()).AccessToken)).GetProperty("id").GetGuid();
        var removed = await browser.SubmitAsync(account, $"/account/external-logins/{id:D}/remove");
        Assert.Equal("/account", removed.Location);
        Assert.False((await browser.GetAsync("/account")).Has("Remove"));
    }

    [Fact]
    public async Task No_other_site_adds_a_provider()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.App.RegisterAsync();
        using var browser = new PageBrowser(app.App);
        await browser.LoginAsync();
        var form = (await browser.GetAsync("/account")).HiddenFields("/account/external/corp/link");

        browser.Headers["Origin"] = "https://evil.example";
        var foreign = await browser.PostAsync("/account/external/corp/link", form);
        browser.Headers.Clear();
        var forged = await browser.PostAsync("/account/external/corp/link", [new("form", form["form"] + "x")]);
        // A visit for a login does not become one for the account of whoever is logged in by then.
        browser.Cookies.Remove(PageBrowser.SessionCookie, out var session);
        var start = await browser.GetAsync("/account/external/corp");
        browser.Cookies[PageBrowser.SessionCookie] = session!;
        await browser.GetAsync(Back(app.Provider.Approve(start.Location!, new Person("mallory"))));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (foreign.Status, forged.Status));
        Assert.Empty(await app.ListAsync((await app.App.LoginAsync()).AccessToken));
    }

    [Fact]
    public async Task An_old_login_is_not_enough_to_add_or_remove_a_provider()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.App.RegisterAsync();
        using var browser = new PageBrowser(app.App);
        await browser.LoginAsync();
        app.App.Jump(TimeSpan.FromMinutes(11));
        var account = await browser.GetAsync("/account");
        var token = account.HiddenFields("/account/external/corp/link");

        var link = await browser.PostAsync("/account/external/corp/link", token);
        var remove = await browser.PostAsync($"/account/external-logins/{Guid.NewGuid()}/remove", token);

        Assert.Equal(("/account/confirm", "/account/confirm"), (link.Location, remove.Location));
    }

    [Fact]
    public async Task What_is_no_provider_is_not_found_and_without_any_nothing_is_shown()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/account/external/corp")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsync("/account/external/corp/callback", [new("code", "c")])).Status);
        Assert.False((await browser.GetAsync("/account/login")).Has("Continue with"));
        await app.RegisterAsync();
        await browser.LoginAsync();
        Assert.False((await browser.GetAsync("/account")).Has("Other services"));
    }

    [Fact]
    public async Task A_provider_that_is_down_leaves_the_other_ways()
    {
        await using var app = await ExternalApp.StartAsync();
        app.Provider.Answers["/.well-known/openid-configuration"] = context => { context.Response.StatusCode = 500; return Task.CompletedTask; };
        using var browser = new PageBrowser(app.App);

        var page = await browser.GetAsync("/account/external/corp");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.StartsWith("The other service cannot be used right now.", page.Fault, StringComparison.Ordinal);
    }

    /// <summary>The address as it reaches this machine.</summary>
    static string Back(string address) => new Uri(address).PathAndQuery;
}
