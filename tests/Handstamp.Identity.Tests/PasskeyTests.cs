using System.Net;
using System.Net.Http.Json;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>The routes of passkeys, as they are proposed for MapIdentityApi.</summary>
public sealed class PasskeyTests
{
    [Fact]
    public async Task A_passkey_is_made_and_logs_in()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();

        var made = await browser.AddPasskeyAsync(authenticator, tokens, "Laptop");
        Assert.Equal(["credentialId", "name", "createdAt"], made.IsOk().Members);
        Assert.Equal((Authenticator.Encode(authenticator.CredentialId), "Laptop"), (made.Text("credentialId"), made.Text("name")));

        var by = Tokens.Of(await browser.LoginWithPasskeyAsync(authenticator));
        Assert.Equal(["hwk", "user"], (await app.ClaimsAsync(by.AccessToken))["amr"]);
        Assert.Equal($"Hello, {IdentityApp.Email}!", (await app.GetAsync("/hello", by.AccessToken)).IsOk().Body);
    }

    [Fact]
    public async Task A_passkey_that_can_be_synced_is_kept_in_software_also_before_it_is()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        authenticator.Flags |= Authenticator.Synced;
        (await browser.AddPasskeyAsync(authenticator, await app.RegisterAndLoginAsync())).IsOk();

        Assert.Equal(["swk", "user"], (await app.ClaimsAsync(Tokens.Of(await browser.LoginWithPasskeyAsync(authenticator)).AccessToken))["amr"]);
    }

    [Fact]
    public async Task A_login_without_verification_of_the_user_is_refused_whatever_the_app_has_asked_for()
    {
        await using var app = await IdentityApp.StartAsync(
            Wire.Handstamp, services: services => services.Configure<IdentityPasskeyOptions>(options => options.UserVerificationRequirement = "discouraged"));
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        (await browser.AddPasskeyAsync(authenticator, await app.RegisterAndLoginAsync())).IsOk();
        authenticator.Flags = Authenticator.Present;

        (await browser.LoginWithPasskeyAsync(authenticator)).IsRefused("Failed");
    }

    [Fact]
    public async Task It_logs_in_with_cookies_too()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        (await browser.AddPasskeyAsync(authenticator, await app.RegisterAndLoginAsync())).IsOk();

        (await browser.LoginWithPasskeyAsync(authenticator, "?useCookies=true")).IsEmptyOk();

        Assert.Equal($"Hello, {IdentityApp.Email}!", (await browser.GetAnswerAsync("/hello")).IsOk().Body);
    }

    [Fact]
    public async Task The_options_name_no_passkey_and_keep_their_names()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        using var browser = app.NewOriginBrowser();
        (await browser.AddPasskeyAsync(app.NewAuthenticator(), await app.RegisterAndLoginAsync())).IsOk();

        var options = (await browser.PostAsync("/passkeys/requestOptions", new { email = IdentityApp.Email })).IsOk();

        Assert.Equal("application/json", options.ContentType);
        Assert.Empty(options.Json.GetProperty("allowCredentials").EnumerateArray());
        Assert.Equal("127.0.0.1", options.Text("rpId"));
    }

    [Fact]
    public async Task A_wrong_answer_and_one_without_a_challenge_are_refused()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        (await browser.AddPasskeyAsync(authenticator, tokens)).IsOk();

        (await browser.LoginWithPasskeyAsync(app.NewAuthenticator())).IsRefused("Failed");
        authenticator.Challenge = "AAAA";
        (await browser.LoginWithPasskeyAsync(authenticator)).IsRefused("Failed");
        authenticator.Challenge = null;
        var options = (await browser.PostAsync("/passkeys/requestOptions", new { })).IsOk().Json;
        (await app.PostAsync("/passkeys/login", new { credential = authenticator.Get(options) })).IsRefused("Failed");
        foreach (var credential in new object?[] { null, 1, "", "x", Array.Empty<int>(), new { } })
            (await browser.PostAsync("/passkeys/login", new { credential })).IsRefused("Failed");
        (await browser.PostAsync("/passkeys/login", new { })).IsBadRequest();

        (await app.PostAsync("/manage/passkeys", new { credential = new { } }, tokens.AccessToken)).IsInvalid("InvalidPasskey");
        (await app.PostAsync("/manage/passkeys", new { credential = "x" }, tokens.AccessToken)).IsInvalid("InvalidPasskey");
        (await app.PostAsync("/manage/passkeys", new { credential = "" }, tokens.AccessToken)).IsInvalid("InvalidPasskey");
    }

    [Fact]
    public async Task A_challenge_works_once()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();

        var creation = await app.PostAsync("/manage/passkeys/creationOptions", new { }, tokens.AccessToken);
        var made = new { credential = authenticator.Create(creation.IsOk().Json) };
        using var creating = BrowserWith(app, creation);
        var path = "/manage/passkeys/" + (await creating.PostAsync("/manage/passkeys", made, tokens.AccessToken)).IsOk().Text("credentialId");
        var request = await app.PostAsync("/passkeys/requestOptions", new { });
        var shown = new { credential = authenticator.Get(request.IsOk().Json) };
        using var loggingIn = BrowserWith(app, request);
        Tokens.Of(await loggingIn.PostAsync("/passkeys/login", shown));

        (await loggingIn.PostAsync("/passkeys/login", shown)).IsRefused("Failed");
        await SendAsync(app, HttpMethod.Delete, path, null, tokens, HttpStatusCode.OK);
        (await creating.PostAsync("/manage/passkeys", made, tokens.AccessToken)).IsInvalid("InvalidPasskey");

        (await browser.AddPasskeyAsync(authenticator, tokens)).IsOk();
        Tokens.Of(await browser.LoginWithPasskeyAsync(authenticator));
    }

    [Fact]
    public async Task A_challenge_for_one_user_makes_no_passkey_of_another()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var ada = await app.RegisterAndLoginAsync();
        await app.RegisterAsync("eve@example.com");
        var eve = await app.LoginAsync("eve@example.com");
        using var browser = app.NewOriginBrowser();

        var options = (await browser.PostAsync("/manage/passkeys/creationOptions", new { }, eve.AccessToken)).IsOk().Json;
        (await browser.PostAsync("/manage/passkeys", new { credential = app.NewAuthenticator().Create(options) }, ada.AccessToken)).IsInvalid("InvalidPasskey");

        Assert.Equal("[]", (await app.GetAsync("/manage/passkeys", ada.AccessToken)).IsOk().Body);
    }

    [Fact]
    public async Task A_user_has_as_many_as_the_setting_says()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, sessions: options => options.MaxPasskeysPerUser = 2);
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        using var other = app.NewOriginBrowser();
        var path = "/manage/passkeys/" + (await browser.AddPasskeyAsync(app.NewAuthenticator(), tokens)).Text("credentialId");
        var begun = (await other.PostAsync("/manage/passkeys/creationOptions", new { }, tokens.AccessToken)).IsOk().Json;
        (await browser.AddPasskeyAsync(app.NewAuthenticator(), tokens)).IsOk();

        (await browser.PostAsync("/manage/passkeys/creationOptions", new { }, tokens.AccessToken)).IsInvalid("TooManyPasskeys");
        var late = new { credential = app.NewAuthenticator().Create(begun) };
        (await other.PostAsync("/manage/passkeys", late, tokens.AccessToken)).IsInvalid("TooManyPasskeys");
        await SendAsync(app, HttpMethod.Put, path, new { name = "Phone" }, tokens, HttpStatusCode.OK);
        await SendAsync(app, HttpMethod.Delete, path, null, tokens, HttpStatusCode.OK);

        (await browser.AddPasskeyAsync(app.NewAuthenticator(), tokens)).IsOk();
    }

    [Fact]
    public async Task Owners_list_rename_and_remove_theirs()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        var path = "/manage/passkeys/" + (await browser.AddPasskeyAsync(authenticator, tokens)).Text("credentialId");

        await SendAsync(app, HttpMethod.Put, path, new { name = "Phone" }, tokens, HttpStatusCode.OK);
        Assert.Equal("Phone", (await app.GetAsync("/manage/passkeys", tokens.AccessToken)).Json.EnumerateArray().Single().GetProperty("name").GetString());
        await SendAsync(app, HttpMethod.Put, path, new { name = new string('x', 201) }, tokens, HttpStatusCode.BadRequest);
        await SendAsync(app, HttpMethod.Delete, path, null, tokens, HttpStatusCode.OK);

        Assert.Equal("[]", (await app.GetAsync("/manage/passkeys", tokens.AccessToken)).Body);
        (await browser.LoginWithPasskeyAsync(authenticator)).IsRefused("Failed");
    }

    [Fact]
    public async Task To_add_or_to_remove_one_ends_no_session()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        var path = "/manage/passkeys/" + (await browser.AddPasskeyAsync(authenticator, await app.LoginAsync())).Text("credentialId");
        var by = Tokens.Of(await browser.LoginWithPasskeyAsync(authenticator));

        await SendAsync(app, HttpMethod.Delete, path, null, tokens, HttpStatusCode.OK);

        foreach (var session in new[] { tokens, by })
        {
            (await app.GetAsync("/hello", session.AccessToken)).IsOk();
            Tokens.Of(await app.RefreshAsync(session));
        }
    }

    [Fact]
    public async Task Nobody_touches_those_of_others()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        using var browser = app.NewOriginBrowser();
        var ada = await app.RegisterAndLoginAsync();
        var path = "/manage/passkeys/" + (await browser.AddPasskeyAsync(app.NewAuthenticator(), ada, "Ada's")).Text("credentialId");
        await app.RegisterAsync("eve@example.com");
        var eve = await app.LoginAsync("eve@example.com");

        foreach (var other in new[] { path, "/manage/passkeys/AAAA", "/manage/passkeys/%25", "/manage/passkeys/A" })
        {
            await SendAsync(app, HttpMethod.Put, other, new { name = "Eve's" }, eve, HttpStatusCode.NotFound);
            await SendAsync(app, HttpMethod.Delete, other, null, eve, HttpStatusCode.NotFound);
        }

        Assert.Equal("Ada's", (await app.GetAsync("/manage/passkeys", ada.AccessToken)).Json.EnumerateArray().Single().GetProperty("name").GetString());
        (await app.GetAsync("/manage/passkeys")).IsUnauthorized();
        (await app.PostAsync("/manage/passkeys", new { })).IsUnauthorized();
        (await app.PostAsync("/manage/passkeys/creationOptions", new { })).IsUnauthorized();
    }

    [Fact]
    public async Task A_locked_account_and_one_that_is_not_confirmed_stay_closed()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, identity => identity.SignIn.RequireConfirmedEmail = true);
        await app.RegisterAsync();
        (await app.GetAsync(app.Mails.Only.Text)).IsOk();
        using var browser = app.NewOriginBrowser();
        var authenticator = app.NewAuthenticator();
        (await browser.AddPasskeyAsync(authenticator, await app.LoginAsync())).IsOk();

        await ChangeAsync(app, user => user.EmailConfirmed = false);
        (await browser.LoginWithPasskeyAsync(authenticator)).IsRefused("NotAllowed");
        await ChangeAsync(app, user => (user.EmailConfirmed, user.LockoutEnd) = (true, DateTimeOffset.UtcNow.AddHours(1)));
        (await browser.LoginWithPasskeyAsync(authenticator)).IsRefused("LockedOut");
        await ChangeAsync(app, user => user.LockoutEnd = null);
        Tokens.Of(await browser.LoginWithPasskeyAsync(authenticator));
    }

    [Fact]
    public async Task An_app_whose_schema_has_no_table_for_them_has_no_such_routes()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version2);

        (await app.PostAsync("/passkeys/requestOptions", new { })).IsEmpty(HttpStatusCode.NotFound);
    }

    static Task ChangeAsync(IdentityApp app, Action<AppUser> change) => app.WithUsersAsync(async users =>
    {
        var user = (await users.FindByEmailAsync(IdentityApp.Email))!;
        change(user);
        return await users.UpdateAsync(user);
    });

    /// <summary>A browser that goes on sending the cookies of this answer, also when another answer has deleted them.</summary>
    static HttpClient BrowserWith(IdentityApp app, Answer answer)
    {
        var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = app.Address };
        browser.DefaultRequestHeaders.Add("Origin", app.Address.GetLeftPart(UriPartial.Authority));
        browser.DefaultRequestHeaders.Add("Cookie", string.Join("; ", answer.Cookies.Select(cookie => cookie.Split(';')[0])));
        return browser;
    }

    static async Task SendAsync(IdentityApp app, HttpMethod method, string path, object? body, Tokens tokens, HttpStatusCode status)
    {
        var answer = await app.Client.SendAsync(method, path, body is null ? null : JsonContent.Create(body), tokens.AccessToken);
        Assert.Equal(status, answer.Status);
    }
}
