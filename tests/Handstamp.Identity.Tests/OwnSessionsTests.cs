using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Logout and the list of devices.</summary>
public sealed class OwnSessionsTests
{
    [Fact]
    public async Task A_logout_ends_both_tokens_at_once()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();
        var other = await app.LoginAsync();

        (await app.Client.SendAsync(HttpMethod.Post, "/logout", null, tokens.AccessToken)).IsEmptyOk();

        (await app.GetAsync("/hello", tokens.AccessToken)).IsUnauthorized();
        (await app.RefreshAsync(tokens)).IsUnauthorized();
        Tokens.Of(await app.RefreshAsync(other));
    }

    [Fact]
    public async Task A_refresh_token_logs_out_too()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromHours(2));

        (await app.PostAsync("/logout", new { tokens.RefreshToken })).IsEmptyOk();
        (await app.PostAsync("/logout", new { tokens.RefreshToken })).IsEmptyOk();
        (await app.PostAsync("/logout", new { refreshToken = "x" })).IsEmptyOk();

        (await app.RefreshAsync(tokens)).IsUnauthorized();
    }

    [Fact]
    public async Task A_browser_gives_its_cookie_back()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        await app.RegisterAsync();
        using var browser = app.NewBrowser();
        (await browser.PostAsync("/login?useCookies=true", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmptyOk();

        (await browser.PostAsync("/logout", new { })).IsEmptyOk();

        (await browser.GetAnswerAsync("/hello")).IsUnauthorized();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    public async Task What_a_page_of_another_host_can_send_does_not_log_a_browser_out(string? type)
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        await app.RegisterAsync();
        using var browser = app.NewBrowser();
        (await browser.PostAsync("/login?useCookies=true", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmptyOk();

        foreach (var body in new[] { "", "{}" })
        {
            using var form = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            form.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
            var answer = await browser.SendAsync(HttpMethod.Post, "/logout", form);
            answer.IsEmpty(type is null && body.Length == 0 ? HttpStatusCode.BadRequest : HttpStatusCode.UnsupportedMediaType);
            Assert.Empty(answer.Cookies);
        }

        (await browser.GetAnswerAsync("/hello")).IsOk();
    }

    [Fact]
    public async Task A_cookie_that_names_a_session_ends_none_and_is_taken_for_none()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var ada = await app.RegisterAndLoginAsync();
        await app.RegisterAsync("eve@example.com");
        var session = (await app.ClaimsAsync(ada.AccessToken))["sid"].Single();
        await app.WithUsersAsync(async users => await users.AddClaimAsync((await users.FindByEmailAsync("eve@example.com"))!, new Claim("sid", session)));
        using var eve = app.NewBrowser();
        (await eve.PostAsync("/login?useCookies=true", new { email = "eve@example.com", password = IdentityApp.Password })).IsEmptyOk();
        Assert.Equal([session], (await eve.ClaimsAsync())["sid"]);

        var changed = (await eve.PostAsync("/manage/info", new { oldPassword = IdentityApp.Password, newPassword = IdentityApp.Password + "!" })).IsOk();
        // A caller with a token gets none.
        Assert.Single(changed.Cookies);
        (await eve.PostAsync("/logout", new { })).IsEmptyOk();

        (await app.GetAsync("/hello", ada.AccessToken)).IsOk();
        Tokens.Of(await app.RefreshAsync(ada));
    }

    [Fact]
    public async Task A_sign_out_of_the_scheme_ends_only_a_session_that_its_token_names_and_the_user_owns()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, routes: routes => routes.MapPost(
            "/out", (string? sid, string? scheme, HttpContext context) =>
            {
                if (sid is not null)
                    context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "eve"), new Claim("sid", sid)], scheme));
                return context.SignOutAsync(IdentityConstants.BearerScheme);
            }));
        var tokens = await app.RegisterAndLoginAsync();
        var session = (await app.ClaimsAsync(tokens.AccessToken))["sid"].Single();

        foreach (var scheme in new[] { IdentityConstants.ApplicationScheme, IdentityConstants.BearerScheme })
        {
            (await app.PostAsync($"/out?sid={session}&scheme={scheme}", null)).IsOk();
            (await app.GetAsync("/hello", tokens.AccessToken)).IsOk();
        }
        await app.PostAsync("/out", null, tokens.AccessToken);

        (await app.GetAsync("/hello", tokens.AccessToken)).IsUnauthorized();
    }

    [Fact]
    public async Task Nobody_logs_out_nobody()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);

        (await app.PostAsync("/logout", new { })).IsUnauthorized();
        (await app.Client.SendAsync(HttpMethod.Post, "/logout", null)).IsUnauthorized();
        (await app.GetAsync("/manage/sessions")).IsUnauthorized();
    }

    [Fact]
    public async Task Owners_see_their_devices_and_name_them()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var phone = await app.RegisterAndLoginAsync();
        await app.LoginAsync();

        var listed = (await app.GetAsync("/manage/sessions", phone.AccessToken)).IsOk().Json.EnumerateArray().ToList();
        Assert.Equal(2, listed.Count);
        Assert.Equal(
            ["id", "deviceName", "userAgent", "ipAddress", "current", "createdAt", "lastUsedAt", "expiresAt"],
            listed[0].EnumerateObject().Select(member => member.Name));
        var own = Assert.Single(listed, session => session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();

        (await RenameAsync(app, own, "Ada's phone", phone)).IsEmptyOk();
        (await RenameAsync(app, own, new string('x', 500), phone)).IsInvalid("InvalidDeviceName");
        (await RenameAsync(app, "x", "y", phone)).IsEmpty(HttpStatusCode.NotFound);

        Assert.Equal("Ada's phone", (await app.GetAsync("/manage/sessions", phone.AccessToken)).Json.EnumerateArray()
            .Single(session => session.GetProperty("current").GetBoolean()).GetProperty("deviceName").GetString());
    }

    [Fact]
    public async Task They_end_one_and_nobody_ends_anothers()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var phone = await app.RegisterAndLoginAsync();
        var tablet = await app.LoginAsync();
        await app.RegisterAsync("eve@example.com");
        var eve = await app.LoginAsync("eve@example.com");
        var path = "/manage/sessions/" + (await app.GetAsync("/manage/sessions", tablet.AccessToken)).Json.EnumerateArray()
            .Single(session => session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();

        (await app.Client.SendAsync(HttpMethod.Delete, path, null, eve.AccessToken)).IsEmpty(HttpStatusCode.NotFound);
        (await app.GetAsync("/hello", tablet.AccessToken)).IsOk();
        (await app.Client.SendAsync(HttpMethod.Delete, path, null, phone.AccessToken)).IsEmptyOk();

        (await app.GetAsync("/hello", tablet.AccessToken)).IsUnauthorized();
        (await app.GetAsync("/hello", phone.AccessToken)).IsOk();
    }

    [Theory]
    [InlineData(CredentialChange.EndOtherSessions)]
    [InlineData(CredentialChange.KeepSessions)]
    public async Task They_end_all_and_cookies_end_with_them(CredentialChange setting)
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, sessions: options => options.WhenCredentialsChange = setting);
        var phone = await app.RegisterAndLoginAsync();
        var tablet = await app.LoginAsync();
        using var browser = app.NewBrowser();
        (await browser.PostAsync("/login?useCookies=true", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmptyOk();

        (await app.Client.SendAsync(HttpMethod.Delete, "/manage/sessions", null, phone.AccessToken)).IsEmptyOk();

        foreach (var tokens in new[] { phone, tablet })
        {
            (await app.GetAsync("/hello", tokens.AccessToken)).IsUnauthorized();
            (await app.RefreshAsync(tokens)).IsUnauthorized();
        }
        app.Jump(TimeSpan.FromMinutes(31));
        (await browser.GetAnswerAsync("/hello")).IsUnauthorized();
    }

    static Task<Answer> RenameAsync(IdentityApp app, string? id, string deviceName, Tokens by) =>
        app.Client.SendAsync(HttpMethod.Patch, $"/manage/sessions/{id}", new { deviceName }, by.AccessToken);
}
