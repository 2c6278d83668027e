using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

/// <summary>The pages with passkeys, as their script uses them.</summary>
public sealed class PasskeyPagesTests : IAsyncLifetime
{
    readonly Authenticator _authenticator = new();
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
    public async Task A_passkey_is_added_named_and_removed()
    {
        Assert.Equal("/account/passkeys", (await AddAsync("Phone")).Location);
        var list = await _browser.GetAsync("/account/passkeys");
        Assert.True(list.Has("Phone"));
        var path = Regex.Match(list.Html, "/account/passkeys/[0-9a-f-]{36}").Value;

        await PostAsync(path, path, ("name", "Key ring"));
        Assert.True((await _browser.GetAsync("/account/passkeys")).Has("Key ring"));
        await PostAsync(path, $"{path}/remove");

        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync(path)).Status);
        Assert.False((await _browser.GetAsync("/account/passkeys")).Has("Key ring"));
    }

    [Fact]
    public async Task What_the_browser_learns_is_the_whole_list()
    {
        await AddAsync("One");

        var accepted = Attribute(await _browser.GetAsync("/account/passkeys"), "data-accepted");

        Assert.Equal(
            Authenticator.Encode(_authenticator.CredentialId),
            Assert.Single(accepted.GetProperty("allAcceptedCredentialIds").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_passkey_that_does_not_fit_is_refused_on_the_page()
    {
        _authenticator.Origin = "https://evil.example";

        var page = await AddAsync("Phone");

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.NotNull(page.Fault);
        Assert.Contains("value=\"Phone\"", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_add_or_remove_one_the_login_must_be_recent()
    {
        await AddAsync("Phone");
        var path = Regex.Match((await _browser.GetAsync("/account/passkeys")).Html, "/account/passkeys/[0-9a-f-]{36}").Value;
        _app.Jump(TimeSpan.FromMinutes(11));

        foreach (var answer in new[] { await _browser.GetAsync("/account/passkeys/new"), await PostAsync(path, $"{path}/remove") })
            Assert.Equal(HttpStatusCode.SeeOther, answer.Status);

        Assert.True((await _browser.GetAsync("/account/passkeys")).Has("Phone"));
    }

    [Fact]
    public async Task Somebody_logs_in_with_a_passkey_alone()
    {
        await AddAsync("Phone");
        using var other = new PageBrowser(_app);
        var page = await other.GetAsync("/account/login?return=/account/passkeys");
        var (ceremony, options) = await OptionsAsync("/login/passkey/options", null);

        var answer = await other.PostAsync("/account/login/passkey", Fields(page, "/account/login/passkey", ceremony, options));

        Assert.Equal("/account/passkeys", answer.Location);
        Assert.True((await other.GetAsync("/account/passkeys")).Has("Phone"));
    }

    [Fact]
    public async Task The_second_step_of_a_login_takes_a_passkey()
    {
        await AddAsync("Phone");
        using var other = new PageBrowser(_app);
        var page = await other.LoginAsync();
        var (ceremony, options) = await OptionsAsync("/login/mfa/options", new { mfa_token = page.ScriptedFields("/account/login/code/passkey")["ticket"] });

        var answer = await other.PostAsync("/account/login/code/passkey", Fields(page, "/account/login/code/passkey", ceremony, options));

        Assert.Equal("/account", answer.Location);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task A_form_of_another_browser_is_refused()
    {
        await AddAsync("Phone");
        using var other = new PageBrowser(_app);
        using var another = new PageBrowser(_app);
        var page = await other.GetAsync("/account/login");
        await another.GetAsync("/account/login");
        var (ceremony, options) = await OptionsAsync("/login/passkey/options", null);

        var answer = await another.PostAsync("/account/login/passkey", Fields(page, "/account/login/passkey", ceremony, options));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task Without_a_domain_the_pages_offer_none()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Issuer"] = "http://127.0.0.1:5110" }, environment: "Development");
        using var browser = new PageBrowser(app);

        Assert.DoesNotContain("passkey", (await browser.GetAsync("/account/login")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_managers_find_the_pages() => Assert.Equal(
        """{"enroll":"https://auth.example.com/account/passkeys/new","manage":"https://auth.example.com/account/passkeys"}""",
        (await _browser.GetAsync("/.well-known/passkey-endpoints")).Html);

    /// <summary>What the script does on the page that adds one.</summary>
    async Task<Page> AddAsync(string name)
    {
        var page = await _browser.GetAsync("/account/passkeys/new");
        var fields = page.ScriptedFields("/account/passkeys/new");
        fields["credential"] = _authenticator.Create(Attribute(page, "data-options")).ToJsonString();
        fields["name"] = name;
        return await _browser.PostAsync("/account/passkeys/new", fields);
    }

    async Task<Page> PostAsync(string page, string action, params (string Name, string Value)[] entries) =>
        await _browser.SubmitAsync(await _browser.GetAsync(page), action, entries);

    Dictionary<string, string> Fields(Page page, string action, string ceremony, JsonElement options)
    {
        var fields = page.ScriptedFields(action);
        fields["ceremony"] = ceremony;
        fields["credential"] = _authenticator.Get(options).ToJsonString();
        return fields;
    }

    async Task<(string Ceremony, JsonElement Options)> OptionsAsync(string route, object? body)
    {
        using var answer = await _app.SendAsync(HttpMethod.Post, route, body);
        var begun = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return (begun.GetProperty("ceremony").GetString()!, begun.GetProperty("options"));
    }

    static JsonElement Attribute(Page page, string name) =>
        JsonDocument.Parse(WebUtility.HtmlDecode(Regex.Match(page.Html, $"{name}=\"([^\"]*)\"").Groups[1].Value)).RootElement;
}
