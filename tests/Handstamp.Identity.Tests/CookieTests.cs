using System.Net;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary><c>POST /login</c>, answered with the cookie of Identity.</summary>
public sealed class CookieTests
{
    static readonly object Credentials = new { email = IdentityApp.Email, password = IdentityApp.Password };

    [Theory, OnBoth]
    public async Task A_cookie_opens_the_routes_of_the_app(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();
        using var browser = app.NewBrowser();

        (await browser.PostAsync("/login?useCookies=true", Credentials)).IsEmptyOk();

        Assert.Equal($"Hello, {IdentityApp.Email}!", (await browser.GetAnswerAsync("/hello")).IsOk().Body);
    }

    [Theory, OnBoth]
    public async Task It_stays_if_the_browser_is_closed(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();

        var cookie = Assert.Single((await app.PostAsync("/login?useCookies=true", Credentials)).Cookies);

        Assert.StartsWith(".AspNetCore.Identity.Application=", cookie, StringComparison.Ordinal);
        Assert.Equal(["expires", "httponly", "path", "samesite"], Attributes(cookie));
    }

    [Theory, OnBoth]
    public async Task A_session_cookie_goes_with_the_browser(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();

        foreach (var query in new[] { "?useSessionCookies=true", "?useCookies=true&useSessionCookies=true", "?useCookies=false&useSessionCookies=true" })
            Assert.Equal(["httponly", "path", "samesite"], Attributes(Assert.Single((await app.PostAsync("/login" + query, Credentials)).Cookies)));
    }

    [Theory, OnBoth]
    public async Task Without_either_there_are_tokens(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();

        foreach (var query in new[] { "?useCookies=false", "?useSessionCookies=false", "?usecookies=false" })
            Tokens.Of(await app.PostAsync("/login" + query, Credentials));
        (await app.PostAsync("/login?useCookies=maybe", Credentials)).IsBadRequest();
    }

    [Theory, OnBoth]
    public async Task A_refused_login_sets_no_cookie(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();

        var answer = await app.PostAsync("/login?useCookies=true", new { email = IdentityApp.Email, password = "wrong" });

        answer.IsRefused("Failed");
        Assert.Empty(answer.Cookies);
    }

    [Theory, OnBoth]
    public async Task A_made_up_cookie_is_nobody(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/hello");
        request.Headers.Add("Cookie", ".AspNetCore.Identity.Application=CfDJ8made-up");

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);

        (await Answer.ReadAsync(response)).IsEmpty(HttpStatusCode.Unauthorized);
    }

    [Theory, OnBoth]
    public async Task A_browser_asks_and_changes_with_its_cookie(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();
        using var browser = app.NewBrowser();
        (await browser.PostAsync("/login?useCookies=true", Credentials)).IsEmptyOk();

        Assert.Equal(IdentityApp.Email, (await browser.GetAnswerAsync("/manage/info")).IsOk().Text("email"));
        (await browser.PostAsync("/manage/info", new { oldPassword = IdentityApp.Password, newPassword = IdentityApp.Password + "!" })).IsOk();

        (await app.PostAsync("/login", Credentials)).IsRefused("Failed");
        await app.LoginAsync(password: IdentityApp.Password + "!");
    }

    static IEnumerable<string> Attributes(string cookie) =>
        cookie.Split("; ").Skip(1).Select(attribute => attribute.Split('=')[0]).Order();
}
