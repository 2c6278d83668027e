using System.Net;
using System.Text.Json;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class DevicesTests
{
    static async Task<JsonElement[]> ListAsync(HandstampApp app, string accessToken)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, "/sessions", accessToken: accessToken);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return [.. body.GetProperty("sessions").EnumerateArray()];
    }

    [Fact]
    public async Task The_list_shows_each_live_session_with_its_device_newest_first()
    {
        await using var app = await HandstampApp.StartAsync();
        var first = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromMinutes(1));
        using var login = await app.SendAsync(
            HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, device_name = "Phone" },
            change: request => request.Headers.Add("User-Agent", "Test/1.0"));
        var second = await TokenSet.ReadAsync(login);

        var sessions = await ListAsync(app, second.AccessToken);

        Assert.Equal([second.SessionId, first.SessionId], sessions.Select(session => session.GetProperty("id").GetGuid()));
        var newest = sessions[0];
        Assert.Equal("Phone", newest.GetProperty("device_name").GetString());
        Assert.Equal("Test/1.0", newest.GetProperty("user_agent").GetString());
        Assert.Equal("127.0.0.1", newest.GetProperty("ip_address").GetString());
        Assert.Equal("body", newest.GetProperty("transport").GetString());
        Assert.True(newest.GetProperty("current").GetBoolean());
        Assert.False(sessions[1].GetProperty("current").GetBoolean());
    }

    [Fact]
    public async Task The_list_says_how_each_session_carries_its_refresh_token()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromMinutes(1));
        await app.LoginAsync(transport: "cookie");

        Assert.Equal(["cookie", "body"], (await ListAsync(app, login.AccessToken)).Select(session => session.GetProperty("transport").GetString()));
    }

    [Fact]
    public async Task The_list_reveals_only_the_hour_of_a_refresh()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromHours(2));
        app.Jump(TimeSpan.FromMinutes(10));
        var refreshed = await app.RefreshedAsync(login.RefreshToken!);
        var now = app.Clock.GetUtcNow();
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);

        var listed = Assert.Single(await ListAsync(app, refreshed.AccessToken));

        Assert.Equal(hour, listed.GetProperty("last_used_at").GetDateTimeOffset());
        Assert.Equal(hour.AddHours(1).AddDays(14), listed.GetProperty("expires_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task The_times_of_the_list_stay_within_the_sessions_life()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:AbsoluteLifetime"] = "00:20:00", ["Sessions:IdleLifetime"] = "00:20:00" });
        var login = await app.RegisterAndLoginAsync();
        var begun = app.Clock.GetUtcNow();

        var listed = Assert.Single(await ListAsync(app, login.AccessToken));

        Assert.Equal(begun, listed.GetProperty("last_used_at").GetDateTimeOffset());
        Assert.Equal(begun.AddMinutes(20), listed.GetProperty("expires_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_session_can_be_named_and_its_name_removed()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        foreach (var name in new[] { "Kitchen tablet", null })
        {
            using var answer = await app.SendAsync(
                HttpMethod.Patch, $"/sessions/{login.SessionId}", new { device_name = name }, login.AccessToken);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal(name, (await ListAsync(app, login.AccessToken))[0].GetProperty("device_name").GetString());
        }
        Assert.Equal(2, app.Logs.Lines.Count(line => line.Contains(" 6500 session.renamed: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ending_another_session_leaves_the_callers_own_session()
    {
        await using var app = await HandstampApp.StartAsync();
        var mine = await app.RegisterAndLoginAsync();
        var other = await app.LoginAsync();

        using var ended = await app.SendAsync(HttpMethod.Delete, $"/sessions/{other.SessionId}", accessToken: mine.AccessToken);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(other.RefreshToken!))).Code);
        Assert.Single(await ListAsync(app, mine.AccessToken));
    }

    [Theory]
    [InlineData("cookie", "/sessions/{own}", true)]
    [InlineData("cookie", "/sessions/{other}", false)]
    [InlineData("cookie", "/me", true)]
    [InlineData("body", "/sessions/{own}", false)]
    [InlineData("body", "/sessions/{other}", false)]
    [InlineData("body", "/me", false)]
    public async Task The_cookie_goes_with_its_session(string transport, string route, bool goes)
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        var (own, other) = (await app.LoginAsync(transport: transport), await app.LoginAsync(transport: "cookie"));
        var path = route.Replace("{own}", $"{own.SessionId}", StringComparison.Ordinal).Replace("{other}", $"{other.SessionId}", StringComparison.Ordinal);

        using var ended = await app.SendAsync(HttpMethod.Delete, path, accessToken: own.AccessToken);

        Assert.Equal(route == "/me" ? HttpStatusCode.Accepted : HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(goes, ended.Headers.TryGetValues("Set-Cookie", out var cookies));
        if (goes) Assert.Contains(cookies!, cookie => cookie.StartsWith("__Secure-handstamp=; max-age=0;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_elses_session_is_not_found()
    {
        await using var app = await HandstampApp.StartAsync();
        var ada = await app.RegisterAndLoginAsync();
        await app.RegisterAsync("eve@example.com");
        var eve = await app.LoginAsync("eve@example.com");

        foreach (var method in new[] { HttpMethod.Delete, HttpMethod.Patch })
        {
            using var answer = await app.SendAsync(
                method, $"/sessions/{ada.SessionId}", method == HttpMethod.Patch ? new { device_name = "x" } : null, eve.AccessToken);
            Assert.Equal("session_not_found", (await ProblemAnswer.ReadAsync(answer)).Code);
        }
        await app.RefreshedAsync(ada.RefreshToken!);
    }

    [Fact]
    public async Task Logout_ends_the_session_and_logout_everywhere_ends_all_of_the_account()
    {
        await using var app = await HandstampApp.StartAsync();
        var first = await app.RegisterAndLoginAsync();
        var second = await app.LoginAsync();
        var third = await app.LoginAsync();

        using var logout = await app.SendAsync(HttpMethod.Post, "/logout", accessToken: first.AccessToken);
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(first.RefreshToken!))).Code);
        await app.RefreshedAsync(second.RefreshToken!);

        using var everywhere = await app.SendAsync(HttpMethod.Post, "/logout/all", accessToken: second.AccessToken);
        Assert.Equal(HttpStatusCode.NoContent, everywhere.StatusCode);
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(third.RefreshToken!))).Code);
    }

    [Theory]
    [InlineData(null, "access_token_missing")]
    [InlineData("nonsense", "access_token_invalid")]
    [InlineData("expired", "access_token_expired")]
    [InlineData("ended", "session_revoked")]
    [InlineData("refresh", "access_token_invalid")]
    public async Task The_routes_of_the_account_refuse_with_a_reason(string? kind, string code)
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        if (kind == "expired") app.Jump(TimeSpan.FromMinutes(10));
        if (kind == "ended") (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();
        var token = kind switch
        {
            null => null,
            "nonsense" => "nonsense",
            "refresh" => login.RefreshToken,
            _ => login.AccessToken,
        };

        using var answer = await app.SendAsync(HttpMethod.Get, "/sessions", accessToken: token);

        Assert.Equal(code, (await ProblemAnswer.ReadAsync(answer)).Code);
        Assert.StartsWith("Bearer", answer.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
    }
}
