using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class ChangePasswordTests
{
    const string New = "a green umbrella";
    const string Name = "__Secure-handstamp";
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_new_password_replaces_the_old_one_and_the_answer_is_a_new_session()
    {
        await using var app = await HandstampApp.StartAsync();
        var own = await app.RegisterAndLoginAsync();

        var fresh = await ChangedAsync(app, own);

        Assert.NotEqual(own.SessionId, fresh.SessionId);
        await app.RefreshedAsync(fresh.RefreshToken!);
        using var me = await app.SendAsync(HttpMethod.Get, "/me", accessToken: fresh.AccessToken);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        await RefusedAsync(app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password }), 401, "invalid_credentials");
        await app.LoginAsync(password: New);
    }

    [Fact]
    public async Task No_earlier_token_works_after_the_change_whoever_holds_a_copy()
    {
        await using var app = await HandstampApp.StartAsync();
        var (own, other) = (await app.RegisterAndLoginAsync(), await app.LoginAsync());

        await ChangedAsync(app, own);

        await RefusedAsync(app.RefreshAsync(own.RefreshToken!), 409, "refresh_token_superseded");
        await RefusedAsync(app.SendAsync(HttpMethod.Get, "/me", accessToken: own.AccessToken), 401, "access_token_outdated");
        await RefusedAsync(app.RefreshAsync(other.RefreshToken!), 401, "session_revoked");
        await RefusedAsync(app.SendAsync(HttpMethod.Get, "/me", accessToken: other.AccessToken), 401, "session_revoked");
    }

    [Fact]
    public async Task For_one_window_the_callers_old_tokens_are_superseded_and_then_revoked()
    {
        await using var app = await HandstampApp.StartAsync();
        var own = await app.RegisterAndLoginAsync();
        await ChangedAsync(app, own);
        app.Jump(TimeSpan.FromSeconds(10.5));

        var superseded = await RefusedAsync(app.RefreshAsync(own.RefreshToken!), 409, "refresh_token_superseded");
        Assert.Equal((false, TimeSpan.FromSeconds(20)), (superseded.Definitive, superseded.RetryAfter));
        Assert.False((await RefusedAsync(app.SendAsync(HttpMethod.Get, "/me", accessToken: own.AccessToken), 401, "access_token_outdated")).Definitive);

        app.Jump(TimeSpan.FromSeconds(19.5));
        Assert.True((await RefusedAsync(app.RefreshAsync(own.RefreshToken!), 401, "session_revoked")).Definitive);
        Assert.True((await RefusedAsync(app.SendAsync(HttpMethod.Get, "/me", accessToken: own.AccessToken), 401, "session_revoked")).Definitive);
    }

    [Fact]
    public async Task Correcting_a_clock_that_was_ahead_does_not_make_the_window_longer()
    {
        await using var app = await HandstampApp.StartAsync();
        var own = await app.RegisterAndLoginAsync();
        var account = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        var ahead = app.Clock.GetUtcNow().AddDays(3);
        await app.Get<ISessionStore>().TryEndAsync(own.SessionId, EndReason.Replaced, ahead);

        await RefusedAsync(app.RefreshAsync(own.RefreshToken!), 401, "session_revoked");
    }

    [Fact]
    public async Task Without_a_retry_window_the_old_tokens_are_revoked_at_once()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:RetryWindow"] = "0" });
        var own = await app.RegisterAndLoginAsync();

        await ChangedAsync(app, own);

        await RefusedAsync(app.RefreshAsync(own.RefreshToken!), 401, "session_revoked");
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_caller_to_log_in_with_the_new_password()
    {
        await using var app = await HandstampApp.StartAsync();
        var own = await app.RegisterAndLoginAsync();
        (await ChangeAsync(app, own.AccessToken)).Dispose();

        await RefusedAsync(ChangeAsync(app, own.AccessToken), 401, "access_token_outdated");
        await RefusedAsync(app.RefreshAsync(own.RefreshToken!), 409, "refresh_token_superseded");
        app.Jump(Window);
        await RefusedAsync(ChangeAsync(app, own.AccessToken), 401, "session_revoked");
        await RefusedAsync(app.RefreshAsync(own.RefreshToken!), 401, "session_revoked");

        await app.LoginAsync(password: New);
    }

    [Fact]
    public async Task A_cookie_session_gets_the_new_cookie_and_no_token_in_the_body()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var login = await app.PostAsync(
            "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        var old = CookieOf(login);

        using var answer = await ChangeAsync(app, (await TokenSet.ReadAsync(login)).AccessToken);

        var fresh = CookieOf(answer);
        Assert.Equal(("/refresh", TimeSpan.FromDays(14)), (fresh.Path.ToString(), fresh.MaxAge));
        Assert.Null((await TokenSet.ReadAsync(answer)).RefreshToken);
        await RefusedAsync(RefreshAsync(app, old), 409, "refresh_token_superseded");
        using var refreshed = await RefreshAsync(app, fresh);
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_make_a_browser_keep_the_new_cookie()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        var own = await app.LoginAsync(transport: "cookie");

        await RefusedAsync(ChangeAsync(app, own.AccessToken, change: request => request.Headers.Add("Origin", "https://evil.example")), 403, "origin_not_allowed");

        await app.LoginAsync();
    }

    [Fact]
    public async Task The_new_session_keeps_the_devices_name_and_user_agent_and_the_time_of_the_login()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var login = await app.SendAsync(
            HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, device_name = "Ada's phone" },
            change: request => request.Headers.Add("User-Agent", "phone/1"));
        var loggedIn = app.Clock.GetUtcNow();
        app.Jump(TimeSpan.FromMinutes(1));

        var fresh = await ChangedAsync(app, await TokenSet.ReadAsync(login));

        var account = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        var listed = Assert.Single(await app.Get<ISessionStore>().ListAsync(account.Id, app.Clock.GetUtcNow(), 10, default));
        Assert.Equal((fresh.SessionId, loggedIn), (listed.Session.Id, listed.Session.AuthenticatedAt));
        Assert.Equal(("Ada's phone", "phone/1", app.Clock.GetUtcNow()), (listed.Device.Name, listed.Device.UserAgent, listed.Device.CreatedAt));
        Assert.Equal((14 * 86400, app.Clock.GetUtcNow().AddDays(90)), (fresh.RefreshExpiresIn, listed.Session.ExpiresAt));
    }

    [Fact]
    public async Task A_caller_with_a_wrong_current_password_is_refused_and_slowed_down()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Throttle:AccountFree"] = "2" });
        var own = await app.RegisterAndLoginAsync();

        for (var attempt = 1; attempt <= 2; attempt++)
            await RefusedAsync(ChangeAsync(app, own.AccessToken, "a purple umbrella"), 401, "invalid_credentials");
        await RefusedAsync(ChangeAsync(app, own.AccessToken), 429, "too_many_requests");

        await app.RefreshedAsync(own.RefreshToken!);
    }

    [Fact]
    public async Task A_weak_new_password_is_refused_with_the_reason_and_does_not_count_as_an_attempt()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Throttle:AccountFree"] = "1" });
        var own = await app.RegisterAndLoginAsync();

        for (var choice = 1; choice <= 3; choice++)
            await RefusedAsync(ChangeAsync(app, own.AccessToken, chosen: "password"), 400, "password_too_weak");

        await ChangedAsync(app, own);
    }

    [Fact]
    public async Task Without_an_access_token_nothing_is_changed()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();

        await RefusedAsync(ChangeAsync(app, accessToken: null), 401, "access_token_missing");

        await app.LoginAsync();
    }

    static Task<HttpResponseMessage> ChangeAsync(
        HandstampApp app, string? accessToken, string current = HandstampApp.Password, string chosen = New, Action<HttpRequestMessage>? change = null) =>
        app.SendAsync(HttpMethod.Post, "/password/change", new { current_password = current, new_password = chosen }, accessToken, change);

    static async Task<TokenSet> ChangedAsync(HandstampApp app, TokenSet own)
    {
        using var answer = await ChangeAsync(app, own.AccessToken);
        return await TokenSet.ReadAsync(answer);
    }

    static async Task<ProblemAnswer> RefusedAsync(Task<HttpResponseMessage> asked, int status, string code)
    {
        using var answer = await asked;
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((status, code), (problem.Status, problem.Code));
        return problem;
    }

    static SetCookieHeaderValue CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie")
        .Select(value => SetCookieHeaderValue.Parse(value)).Single(cookie => cookie.Name == Name);

    static Task<HttpResponseMessage> RefreshAsync(HandstampApp app, SetCookieHeaderValue cookie) =>
        app.SendAsync(HttpMethod.Post, "/refresh", change: request => request.Headers.Add("Cookie", $"{Name}={cookie.Value}"));
}
