using System.Net;
using Handstamp.Tokens;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class RefreshCookieTests
{
    const string Name = "__Secure-handstamp";
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    static SetCookieHeaderValue? SetCookie(HttpResponseMessage answer, string name = Name) =>
        answer.Headers.TryGetValues("Set-Cookie", out var values)
            ? values.Select(value => SetCookieHeaderValue.Parse(value)).Single(cookie => cookie.Name == name)
            : null;

    static async Task<(TokenSet Tokens, SetCookieHeaderValue Cookie)> LoginAsync(HandstampApp app, string name = Name)
    {
        await app.RegisterAsync();
        using var answer = await app.PostAsync(
            "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        return (await TokenSet.ReadAsync(answer), SetCookie(answer, name)!);
    }

    static Task<HttpResponseMessage> RefreshAsync(
        HandstampApp app, string cookies, HttpMethod? method = null, Action<HttpRequestMessage>? change = null) =>
        app.SendAsync(method ?? HttpMethod.Post, "/refresh", change: request =>
        {
            request.Headers.Add("Cookie", cookies);
            change?.Invoke(request);
        });

    [Fact]
    public async Task The_refresh_token_is_only_in_the_cookie_and_the_cookie_is_only_for_refresh()
    {
        await using var app = await HandstampApp.StartAsync();

        var (tokens, cookie) = await LoginAsync(app);

        Assert.Null(tokens.RefreshToken);
        Assert.DoesNotContain("hsr_", tokens.Body, StringComparison.Ordinal);
        Assert.Equal(Name, cookie.Name.ToString());
        Assert.StartsWith("hsr_", cookie.Value.ToString(), StringComparison.Ordinal);
        Assert.True(cookie.HttpOnly);
        Assert.True(cookie.Secure);
        Assert.Equal(SameSiteMode.Strict, cookie.SameSite);
        Assert.Equal("/refresh", cookie.Path.ToString());
        Assert.False(cookie.Domain.HasValue);
        Assert.Equal(TimeSpan.FromDays(14), cookie.MaxAge);
    }

    [Fact]
    public async Task Base_path_domain_and_same_site_follow_the_settings()
    {
        await using var app = await HandstampApp.StartAsync(new()
        {
            ["BasePath"] = "/auth",
            ["Issuer"] = "https://example.com/auth",
            ["Cookie:Domain"] = "example.com",
            ["Cookie:SameSite"] = "Lax",
        });
        using var registered = await app.PostAsync("/auth/register", new { email = HandstampApp.Email, password = HandstampApp.Password });
        using var answer = await app.PostAsync(
            "/auth/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });

        var cookie = SetCookie(answer)!;

        Assert.Equal("/auth/refresh", cookie.Path.ToString());
        Assert.Equal("example.com", cookie.Domain.ToString());
        Assert.Equal(SameSiteMode.Lax, cookie.SameSite);
    }

    [Theory]
    [InlineData("None", true)]
    [InlineData("Strict", false)]
    public async Task A_cookie_for_pages_of_other_sites_is_kept_apart_for_each_of_them(string sameSite, bool partitioned)
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Cookie:SameSite"] = sameSite });

        var (tokens, set) = await LoginAsync(app);
        using var logout = await app.PostAsync("/logout", new { }, tokens.AccessToken);

        // A browser would treat an unpartitioned clearing cookie as a different cookie, so it must be partitioned, too.
        Assert.All([set, SetCookie(logout)!], cookie => Assert.Equal(partitioned, cookie.Extensions.Contains("Partitioned")));
    }

    [Fact]
    public async Task On_plain_http_in_development_the_cookie_has_neither_prefix_nor_secure()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Issuer"] = "http://localhost:5110" }, environment: "Development");

        var (_, cookie) = await LoginAsync(app, "handstamp");

        Assert.Equal("handstamp", cookie.Name.ToString());
        Assert.False(cookie.Secure);
        Assert.True(cookie.HttpOnly);
    }

    [Fact]
    public async Task A_rotation_sets_the_next_cookie_a_replay_sets_it_again_and_a_hold_sets_none()
    {
        await using var app = await HandstampApp.StartAsync();
        var (_, first) = await LoginAsync(app);

        using var held = await RefreshAsync(app, $"{Name}={first.Value}");
        app.Jump(Window);
        using var rotated = await RefreshAsync(app, $"{Name}={first.Value}");
        using var replayed = await RefreshAsync(app, $"{Name}={first.Value}");

        Assert.Equal(HttpStatusCode.OK, held.StatusCode);
        Assert.Null(SetCookie(held));
        Assert.NotEqual(first.Value.ToString(), SetCookie(rotated)!.Value.ToString());
        Assert.Equal(SetCookie(rotated)!.Value.ToString(), SetCookie(replayed)!.Value.ToString());
        Assert.DoesNotContain("hsr_", await rotated.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookies_token_is_not_accepted_from_a_body_and_the_other_way_round()
    {
        await using var app = await HandstampApp.StartAsync();
        var (_, cookie) = await LoginAsync(app);
        var body = await app.LoginAsync();

        var fromBody = await ProblemAnswer.ReadAsync(await app.RefreshAsync(cookie.Value.ToString()));
        var fromCookie = await ProblemAnswer.ReadAsync(await RefreshAsync(app, $"{Name}={body.RefreshToken}"));

        Assert.Equal((401, "refresh_token_invalid"), (fromBody.Status, fromBody.Code));
        Assert.Equal((401, "refresh_token_invalid"), (fromCookie.Status, fromCookie.Code));
    }

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("none", null, true)]
    [InlineData(null, null, true)]
    [InlineData(null, HandstampApp.Issuer, true)]
    [InlineData("same-site", "https://app.example.com", true)]
    [InlineData("cross-site", "https://evil.example", false)]
    [InlineData("same-site", "https://other.example.com", false)]
    [InlineData("cross-site", null, false)]
    [InlineData(null, "https://evil.example", false)]
    [InlineData(null, "null", false)]
    public async Task Only_allowed_origins_may_use_the_cookie(string? site, string? origin, bool allowed)
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Cors:AllowedOrigins:0"] = "https://app.example.com" });
        var (_, cookie) = await LoginAsync(app);

        using var answer = await RefreshAsync(app, $"{Name}={cookie.Value}", change: request =>
        {
            if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
            if (origin is not null) request.Headers.Add("Origin", origin);
        });

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        if (!allowed) Assert.Equal(("origin_not_allowed", false), await CodeAsync(answer));
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_log_its_visitor_in_by_cookie()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var answer = await app.SendAsync(
            HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" },
            change: request => request.Headers.Add("Origin", "https://evil.example"));
        Assert.Equal(("origin_not_allowed", false), await CodeAsync(answer));
    }

    [Fact]
    public async Task The_valid_one_of_two_cookies_with_the_same_name_counts()
    {
        await using var app = await HandstampApp.StartAsync();
        var (_, cookie) = await LoginAsync(app);

        foreach (var cookies in new[] { $"{Name}=left-behind; {Name}={cookie.Value}", $"{Name}={cookie.Value}; a=b; {Name}=left-behind" })
        {
            using var answer = await RefreshAsync(app, cookies);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task An_older_generation_beside_the_newer_one_does_not_look_like_a_thief()
    {
        await using var app = await HandstampApp.StartAsync();
        var (_, first) = await LoginAsync(app);
        var newest = first.Value.ToString();
        for (var i = 0; i < 3; i++)
        {
            app.Jump(Window);
            using var rotated = await RefreshAsync(app, $"{Name}={newest}");
            newest = SetCookie(rotated)!.Value.ToString();
        }
        app.Jump(Window);

        using var answer = await RefreshAsync(app, $"{Name}={first.Value}; {Name}={newest}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_forged_generation_of_the_session_does_not_hide_the_real_one()
    {
        await using var app = await HandstampApp.StartAsync();
        var (tokens, cookie) = await LoginAsync(app);
        var forged = RefreshToken.Create(MacKey.Create(1), tokens.SessionId, 9).Encode();

        using var answer = await RefreshAsync(app, $"{Name}={forged}; {Name}={cookie.Value}");
        using var alone = await RefreshAsync(app, $"{Name}={forged}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("refresh_token_invalid", true), await CodeAsync(alone));
    }

    [Fact]
    public async Task The_live_session_counts_when_the_other_cookie_is_of_an_ended_one()
    {
        await using var app = await HandstampApp.StartAsync();
        var (_, older) = await LoginAsync(app);
        app.Jump(TimeSpan.FromSeconds(1));
        using var again = await app.PostAsync(
            "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        var newer = SetCookie(again)!;
        using var ended = await RefreshAsync(app, $"{Name}={newer.Value}", HttpMethod.Delete);

        using var answer = await RefreshAsync(app, $"{Name}={newer.Value}; {Name}={older.Value}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_login_over_a_cookie_ends_the_cookies_session_of_any_account()
    {
        await using var app = await HandstampApp.StartAsync();
        var (older, cookie) = await LoginAsync(app);
        await app.RegisterAsync("eve@example.com");

        using var again = await LogInOverAsync(app, $"{Name}={cookie.Value}", "eve@example.com");

        using var ended = await RefreshAsync(app, $"{Name}={cookie.Value}");
        Assert.Equal(("session_revoked", true), await CodeAsync(ended));
        using var alive = await RefreshAsync(app, $"{Name}={SetCookie(again)!.Value}");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.NotEqual(older.SessionId, (await TokenSet.ReadAsync(alive)).SessionId);
    }

    [Fact]
    public async Task A_login_in_a_browser_ends_its_previous_session_if_that_is_of_the_same_account()
    {
        await using var app = await HandstampApp.StartAsync();
        var (tokens, cookie) = await LoginAsync(app);
        await app.RegisterAsync("eve@example.com");
        var own = $"__Host-handstamp-session={tokens.SessionId}";

        using var anothers = await LogInOverAsync(app, own, "eve@example.com");
        using var alive = await RefreshAsync(app, $"{Name}={cookie.Value}");
        using var again = await LogInOverAsync(app, own, HandstampApp.Email);
        using var ended = await RefreshAsync(app, $"{Name}={cookie.Value}");

        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(("session_revoked", true), await CodeAsync(ended));
    }

    [Fact]
    public async Task A_login_that_fails_leaves_the_session_of_the_cookie_alone()
    {
        await using var app = await HandstampApp.StartAsync();
        var (_, cookie) = await LoginAsync(app);

        using var refused = await LogInOverAsync(app, $"{Name}={cookie.Value}", "eve@example.com");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var alive = await RefreshAsync(app, $"{Name}={cookie.Value}");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task A_forged_cookie_ends_no_session_at_a_login_and_neither_does_a_login_without_a_cookie()
    {
        await using var app = await HandstampApp.StartAsync();
        var (tokens, cookie) = await LoginAsync(app);
        var forged = RefreshToken.Create(MacKey.Create(1), tokens.SessionId, 1).Encode();

        using var forgery = await LogInOverAsync(app, $"{Name}={forged}", HandstampApp.Email);
        using var inBody = await LogInOverAsync(app, $"{Name}={cookie.Value}", HandstampApp.Email, transport: "body");

        using var alive = await RefreshAsync(app, $"{Name}={cookie.Value}");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task A_refusal_never_clears_the_cookie()
    {
        await using var app = await HandstampApp.StartAsync();
        var (tokens, cookie) = await LoginAsync(app);
        using var logout = await app.PostAsync("/logout/all", new { }, tokens.AccessToken);

        using var refused = await RefreshAsync(app, $"{Name}={cookie.Value}");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Null(SetCookie(refused));
    }

    [Fact]
    public async Task Logouts_clear_the_cookie()
    {
        await using var app = await HandstampApp.StartAsync();
        var (tokens, cookie) = await LoginAsync(app);

        using var byCookie = await RefreshAsync(app, $"{Name}={cookie.Value}", HttpMethod.Delete);
        Assert.Equal(HttpStatusCode.NoContent, byCookie.StatusCode);
        AssertCleared(byCookie);

        using var again = await app.PostAsync(
            "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        using var byAccessToken = await app.PostAsync("/logout", new { }, (await TokenSet.ReadAsync(again)).AccessToken);
        AssertCleared(byAccessToken);
    }

    [Fact]
    public async Task The_logout_of_a_body_session_leaves_the_cookie_of_another_alone()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        using var logout = await app.PostAsync("/logout", new { }, tokens.AccessToken);
        Assert.Null(SetCookie(logout));
    }

    static Task<HttpResponseMessage> LogInOverAsync(HandstampApp app, string cookies, string email, string transport = "cookie") =>
        app.SendAsync(
            HttpMethod.Post, "/login", new { email, password = HandstampApp.Password, transport },
            change: request => request.Headers.Add("Cookie", cookies));

    static void AssertCleared(HttpResponseMessage answer)
    {
        var cookie = SetCookie(answer)!;
        Assert.Equal(("", TimeSpan.Zero, "/refresh"), (cookie.Value.ToString(), cookie.MaxAge, cookie.Path.ToString()));
    }

    static async Task<(string, bool)> CodeAsync(HttpResponseMessage answer)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        return (problem.Code, problem.Definitive);
    }
}
