using System.Net;
using System.Text.RegularExpressions;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

public sealed class PageWriterTests
{
    const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    [Fact]
    public async Task Every_page_has_the_strict_policy_and_nothing_that_the_policy_forbids()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        var pages = new List<Page> { await browser.GetAsync("/account/forgot"), await browser.GetAsync("/account/logout") };
        await browser.LoginAsync();
        foreach (var path in new[] { "/account/profile", "/account/username", "/account/activity", "/account/delete", "/account/logout", "/account/devices/x" })
            pages.Add(await browser.GetAsync(path));

        Assert.All(pages, page =>
        {
            Assert.Equal(Policy, page.Headers["Content-Security-Policy"]);
            Assert.Equal("no-store", page.Headers["Cache-Control"]);
            Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
            Assert.DoesNotMatch(new Regex("<script|<style| style=| on[a-z]+=", RegexOptions.IgnoreCase), page.Html);
        });
    }

    [Fact]
    public async Task A_page_with_passkeys_allows_the_one_script_of_this_service_and_has_no_other()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        await browser.LoginAsync();
        var pages = new List<Page>();
        foreach (var path in new[] { "/account", "/account/passkeys", "/account/passkeys/new" }) pages.Add(await browser.GetAsync(path));

        Assert.All(pages, page =>
        {
            Assert.Equal(
                $"{Policy}; script-src {HandstampApp.Issuer}/account/passkeys.js; connect-src 'self'", page.Headers["Content-Security-Policy"]);
            Assert.Equal("no-store", page.Headers["Cache-Control"]);
            Assert.Matches("<script src=\"/account/passkeys.js\\?v=[^\"]+\" defer></script>", Assert.Single(Regex.Matches(page.Html, "<script.*?</script>")).Value);
            Assert.DoesNotMatch(new Regex("<style| style=| on[a-z]+=", RegexOptions.IgnoreCase), page.Html);
        });
    }

    [Fact]
    public async Task A_page_with_a_password_allows_the_script_that_shows_it_and_the_login_also_that_of_passkeys()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        var (register, login) = (await browser.GetAsync("/account/register"), await browser.GetAsync("/account/login"));

        Assert.Equal($"{Policy}; script-src {HandstampApp.Issuer}/account/show-password.js", register.Headers["Content-Security-Policy"]);
        Assert.Equal(
            $"{Policy}; script-src {HandstampApp.Issuer}/account/passkeys.js {HandstampApp.Issuer}/account/show-password.js; connect-src 'self'",
            login.Headers["Content-Security-Policy"]);
        Assert.Matches("<script src=\"/account/show-password.js\\?v=[^\"]+\" defer></script>", Assert.Single(Regex.Matches(register.Html, "<script.*?</script>")).Value);
        Assert.Equal(2, Regex.Count(login.Html, "<script"));
        Assert.DoesNotMatch(new Regex("<style| style=| on[a-z]+=", RegexOptions.IgnoreCase), register.Html + login.Html);
    }

    [Fact]
    public async Task The_style_and_the_logo_may_be_kept_for_their_address_names_their_version()
    {
        await using var app = await HandstampApp.StartAsync();
        await using var other = await HandstampApp.StartAsync(new() { ["Pages:AccentColor"] = "#008800" });
        using var browser = new PageBrowser(app);
        using var others = new PageBrowser(other);
        var addresses = Addresses(await browser.GetAsync("/account/login"));

        foreach (var (address, type) in addresses.Zip(["text/css; charset=utf-8", "image/svg+xml"]))
        {
            var asset = await browser.GetAsync(address);
            Assert.Equal(type, asset.Headers["Content-Type"]);
            Assert.Equal("public, max-age=31536000, immutable", asset.Headers["Cache-Control"]);
            Assert.StartsWith("default-src 'none'", asset.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        }
        Assert.NotEqual(addresses[0], Addresses(await others.GetAsync("/account/login"))[0]);
    }

    [Fact]
    public async Task An_unavailable_database_is_reported_as_temporary_and_nobody_is_logged_out()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        await using var running = app;
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        await browser.LoginAsync();
        sessions.AfterFind = () => throw new StorageUnavailableException("The disk is full.");

        var page = await browser.GetAsync("/account");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), (page.Status, page.Headers["Retry-After"]));
        Assert.Equal("The service is temporarily unavailable. Nothing was changed. Try again in 2 s.", page.Fault);
        Assert.Equal(Policy, page.Headers["Content-Security-Policy"]);
        Assert.Empty(page.SetCookies);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task A_bug_is_reported_without_internal_details()
    {
        var (app, sessions) = await InterleavedSessions.StartAsync();
        await using var running = app;
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        await browser.LoginAsync();
        sessions.AfterFind = () => throw new InvalidOperationException("inner workings");

        var page = await browser.GetAsync("/account");

        Assert.Equal((HttpStatusCode.InternalServerError, "Something went wrong on the server. The error has been logged."), (page.Status, page.Fault));
        Assert.DoesNotContain("inner workings", page.Html, StringComparison.Ordinal);
    }

    static List<string> Addresses(Page page) =>
        [.. Regex.Matches(page.Html, "<link rel=\"(?:stylesheet|icon)\" href=\"([^\"]*)\">").Select(match => match.Groups[1].Value)];
}
