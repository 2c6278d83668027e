using System.Net;
using System.Text.Json;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.Pages;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>Sessions of people who do not want to be remembered.</summary>
public sealed class RememberTests : IAsyncLifetime
{
    const long Day = 24 * 60 * 60;

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync(new() { ["Sessions:TemporaryIdleLifetime"] = "02:00:00" });
        await _app.RegisterAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(null, 14 * Day)]
    [InlineData(true, 14 * Day)]
    [InlineData(false, 2 * 60 * 60)]
    public async Task The_idle_life_depends_on_the_member_and_stays_so_at_a_refresh(bool? remember, long expected)
    {
        var tokens = await LoginAsync("body", remember);
        _app.Jump(TimeSpan.FromHours(1));
        var refreshed = await _app.RefreshedAsync(tokens.RefreshToken!);

        Assert.Equal((expected, expected), (tokens.RefreshExpiresIn, refreshed.RefreshExpiresIn));
        Assert.NotEqual(tokens.RefreshToken, refreshed.RefreshToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_is_known_again_only_if_the_person_wants_to_be_remembered(bool remember)
    {
        using var answer = await _app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, remember });

        Assert.Equal(remember, answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(one => one.Contains("handstamp-device", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_late_retry_keeps_it_too()
    {
        var tokens = await LoginAsync("body", remember: false);
        _app.Jump(TimeSpan.FromMinutes(5));
        await _app.RefreshedAsync(tokens.RefreshToken!);
        _app.Jump(TimeSpan.FromMinutes(5));

        Assert.Equal(2 * 60 * 60, (await _app.RefreshedAsync(tokens.RefreshToken!)).RefreshExpiresIn);
    }

    [Fact]
    public async Task A_temporary_session_that_is_not_used_is_over_sooner()
    {
        var (temporary, usual) = (await LoginAsync("body", remember: false), await LoginAsync("body", remember: true));

        _app.Jump(TimeSpan.FromHours(2));

        using var answer = await _app.RefreshAsync(temporary.RefreshToken!);
        Assert.Equal("session_expired", (await ProblemAnswer.ReadAsync(answer)).Code);
        await _app.RefreshedAsync(usual.RefreshToken!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_cookie_of_a_temporary_session_goes_with_the_browser(bool remember)
    {
        using var login = await _app.SendAsync(
            HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie", remember },
            change: request => request.Headers.Add("Origin", HandstampApp.Issuer));
        var cookies = SessionCookies(login);
        _app.Jump(TimeSpan.FromHours(1));
        using var refresh = await _app.SendAsync(HttpMethod.Post, "/refresh", change: request =>
        {
            request.Headers.Add("Origin", HandstampApp.Issuer);
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Name}={cookie.Value}")));
        });

        Assert.Equal(2, cookies.Count);
        Assert.All(cookies.Concat(SessionCookies(refresh)), cookie => Assert.Equal(remember ? TimeSpan.FromDays(14) : null, cookie.MaxAge));
        Assert.Equal(2, SessionCookies(refresh).Count);
    }

    [Fact]
    public async Task A_changed_password_makes_no_lasting_session_of_it()
    {
        var tokens = await LoginAsync("body", remember: false);

        using var changed = await _app.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = "another quite unusual sentence" }, tokens.AccessToken);

        Assert.Equal(2 * 60 * 60, (await TokenSet.ReadAsync(changed)).RefreshExpiresIn);
    }

    [Fact]
    public async Task It_never_lives_longer_than_other_sessions()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:IdleLifetime"] = "01:00:00", ["Sessions:TemporaryIdleLifetime"] = "02:00:00" });
        await app.RegisterAsync();

        using var answer = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, remember = false });

        Assert.Equal(60 * 60, (await TokenSet.ReadAsync(answer)).RefreshExpiresIn);
    }

    [Theory]
    [InlineData("on", 14 * Day)]
    [InlineData(null, null)]
    public async Task The_box_of_the_login_page_decides(string? remember, long? seconds)
    {
        using var browser = new PageBrowser(_app);
        var form = await browser.GetAsync("/account/login");
        Assert.True(form.Has("name=\"remember\" type=\"checkbox\" value=\"on\" checked"));
        (string, string)[] fields = [("email", HandstampApp.Email), ("password", HandstampApp.Password), .. Field(remember)];

        var page = await browser.SubmitAsync(form, "/account/login", fields);

        var cookie = Assert.Single(page.SetCookies, one => one.Name == "__Secure-handstamp-account");
        Assert.Equal(seconds is { } life ? TimeSpan.FromSeconds(life) : null, cookie.MaxAge);
        _app.Jump(TimeSpan.FromHours(2));
        Assert.Equal(seconds is null, (await browser.GetAsync("/account")).Location is not null);
    }

    [Fact]
    public async Task After_a_wrong_password_the_box_is_as_the_person_has_left_it()
    {
        using var browser = new PageBrowser(_app);

        var page = await browser.SubmitAsync(
            await browser.GetAsync("/account/login"), "/account/login", ("email", HandstampApp.Email), ("password", "wrong"));

        Assert.True(page.Has("name=\"remember\" type=\"checkbox\" value=\"on\">"));
    }

    [Fact]
    public async Task A_second_factor_keeps_it()
    {
        var person = new Person(_app, HandstampApp.Email);
        await person.EnrolAsync(await _app.LoginAsync());
        using var begun = await _app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, remember = false });
        var ticket = JsonDocument.Parse(await begun.Content.ReadAsStringAsync()).RootElement.GetProperty("mfa_token").GetString()!;

        using var done = await person.ContinueAsync(ticket, person.RecoveryCodes[0], "recovery_code");

        Assert.Equal(2 * 60 * 60, (await TokenSet.ReadAsync(done)).RefreshExpiresIn);
    }

    [Fact]
    public async Task The_row_says_it()
    {
        var tokens = await LoginAsync("body", remember: false);

        Assert.True((await _app.Get<ISessionStore>().FindAsync(tokens.SessionId, default))!.Session.IsTemporary);
    }

    async Task<TokenSet> LoginAsync(string transport, bool? remember)
    {
        using var answer = remember is null
            ? await _app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport })
            : await _app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport, remember });
        return await TokenSet.ReadAsync(answer);
    }

    static List<SetCookieHeaderValue> SessionCookies(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return
        [
            .. answer.Headers.GetValues("Set-Cookie").Select(value => SetCookieHeaderValue.Parse(value))
                .Where(cookie => !cookie.Name.EndsWith("-device", StringComparison.Ordinal)),
        ];
    }

    static (string, string)[] Field(string? remember) => remember is null ? [] : [("remember", remember)];
}
