using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Sessions;
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
    public async Task A_person_who_logged_in_a_while_ago_gives_a_passkey_alone_and_goes_on()
    {
        await AddAsync("Phone");
        var session = await SessionAsync();
        _app.Jump(TimeSpan.FromMinutes(11));

        var done = await ConfirmAsync(_authenticator);

        Assert.Equal("/account/passkeys/new", done.Location);
        Assert.Equal(HttpStatusCode.OK, (await _browser.GetAsync(done.Location!)).Status);
        var renewed = await SessionAsync();
        Assert.Equal((session.Id, _app.Clock.GetUtcNow(), "hwk user"), (renewed.Id, renewed.AuthenticatedAt, renewed.AuthenticationMethods));
    }

    [Fact]
    public async Task A_passkey_of_another_account_confirms_nothing()
    {
        await AddAsync("Phone");
        await _app.RegisterAsync("grace@example.com");
        using var other = new PageBrowser(_app);
        await other.LoginAsync("grace@example.com");
        var stranger = new Authenticator();
        var page = await other.GetAsync("/account/passkeys/new");
        var fields = page.ScriptedFields("/account/passkeys/new");
        fields["credential"] = stranger.Create(Attribute(page, "data-options")).ToJsonString();
        fields["name"] = "Mine";
        Assert.Equal("/account/passkeys", (await other.PostAsync("/account/passkeys/new", fields)).Location);
        _app.Jump(TimeSpan.FromMinutes(11));

        Assert.Equal(HttpStatusCode.Unauthorized, (await ConfirmAsync(stranger)).Status);

        Assert.Equal("/account/confirm?return=%2Faccount%2Fpasskeys%2Fnew", (await _browser.GetAsync("/account/passkeys/new")).Location);
    }

    [Fact]
    public async Task An_account_without_passkeys_is_offered_none_to_confirm()
    {
        var page = await _browser.GetAsync("/account/confirm");

        Assert.DoesNotContain("data-passkey", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("passkeys.js", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_login_with_the_password_the_browser_may_make_a_passkey_without_asking()
    {
        _authenticator.Flags = Authenticator.Synced | Authenticator.BackedUp;

        Assert.Equal(HttpStatusCode.NoContent, (await UpgradeAsync()).Status);

        var added = Assert.Single(await PasskeysAsync());
        Assert.Equal((null, false), (added.Name, added.IsSecondFactor));
    }

    [Fact]
    public async Task Only_a_recent_login_with_the_password_lets_the_browser_make_one()
    {
        var recent = await _browser.GetAsync("/account");
        _app.Jump(TimeSpan.FromMinutes(11));
        Assert.DoesNotContain("data-conditional", (await _browser.GetAsync("/account")).Html, StringComparison.Ordinal);
        foreach (var path in new[] { "/account/passkeys/conditional/options", "/account/passkeys/conditional" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await _browser.PostAsync(path, Upgrade(recent, path))).Status);

        await ConfirmWithPasswordAsync();
        await AddAsync("Phone");
        using var other = new PageBrowser(_app);
        var login = await other.GetAsync("/account/login");
        var (ceremony, options) = await OptionsAsync("/login/passkey/options", null);
        await other.PostAsync("/account/login/passkey", Fields(login, "/account/login/passkey", ceremony, options));

        Assert.DoesNotContain("data-conditional", (await other.GetAsync("/account")).Html, StringComparison.Ordinal);
        Assert.Single(await PasskeysAsync());
    }

    [Fact]
    public async Task A_passkey_that_nobody_was_asked_for_needs_the_token_of_the_page()
    {
        var page = await _browser.GetAsync("/account");
        var fields = Upgrade(page, "/account/passkeys/conditional/options");
        fields["form"] = "made-up";

        Assert.Equal(HttpStatusCode.Forbidden, (await _browser.PostAsync("/account/passkeys/conditional/options", fields)).Status);
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

    /// <summary>What the script does on the page that asks again.</summary>
    async Task<Page> ConfirmAsync(Authenticator authenticator)
    {
        var page = await _browser.OpenAsync("/account/passkeys/new");
        var (ceremony, options) = await OptionsAsync("/login/passkey/options", null);
        var fields = page.ScriptedFields("/account/confirm/passkey");
        fields["ceremony"] = ceremony;
        fields["credential"] = authenticator.Get(options).ToJsonString();
        return await _browser.PostAsync("/account/confirm/passkey", fields);
    }

    async Task ConfirmWithPasswordAsync() => await _browser.SubmitAsync(
        await _browser.GetAsync("/account/confirm"), "/account/confirm", ("password", HandstampApp.Password));

    /// <summary>What the script does on the account page.</summary>
    async Task<Page> UpgradeAsync()
    {
        const string path = "/account/passkeys/conditional";
        var page = await _browser.GetAsync("/account");
        var begun = JsonDocument.Parse((await _browser.PostAsync($"{path}/options", Upgrade(page, $"{path}/options"))).Html).RootElement;
        var fields = Upgrade(page, $"{path}/options");
        fields["ceremony"] = begun.GetProperty("ceremony").GetString()!;
        fields["credential"] = _authenticator.Create(begun.GetProperty("options")).ToJsonString();
        return await _browser.PostAsync(path, fields);
    }

    static Dictionary<string, string> Upgrade(Page page, string path)
    {
        var form = Regex.Match(page.Html, "data-conditional.*?name=\"form\" value=\"([^\"]*)\"", RegexOptions.Singleline).Groups[1].Value;
        var fields = new Dictionary<string, string> { ["form"] = WebUtility.HtmlDecode(form) };
        if (path.EndsWith("/options", StringComparison.Ordinal)) return fields;
        fields["ceremony"] = fields["credential"] = "";
        return fields;
    }

    async Task<Guid> AccountIdAsync() => (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!.Id;

    async Task<IReadOnlyList<Passkey>> PasskeysAsync() => await _app.Get<PasskeyOperations>().ListAsync(await AccountIdAsync(), default);

    async Task<Session> SessionAsync() =>
        Assert.Single(await _app.Get<ISessionStore>().ListAsync(await AccountIdAsync(), _app.Clock.GetUtcNow(), 10, default)).Session;

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
