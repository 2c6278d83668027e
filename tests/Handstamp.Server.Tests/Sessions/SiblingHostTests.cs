using System.Net;
using Handstamp.Server.Sessions;
using Handstamp.Tokens;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>
/// A host beside the service's host sets refresh cookies for their common domain. The browser sends them with its own
/// cookie, under the same name, in an order that the other host chooses.
/// </summary>
public sealed class SiblingHostTests : IAsyncLifetime
{
    const string Name = "__Secure-handstamp";
    const string OwnName = "__Host-handstamp-session";
    const string Mallory = "mallory@example.com";
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;
    CookieLogin _own = null!;
    CookieLogin _planted = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.RegisterAsync();
        await _app.RegisterAsync(Mallory);
        _own = await LoginAsync(HandstampApp.Email);
        _app.Jump(TimeSpan.FromSeconds(1));
        _planted = await LoginAsync(Mallory);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public void A_second_cookie_that_only_this_host_can_set_holds_the_id_of_the_session()
    {
        var cookie = _own.OwnCookie;

        Assert.Equal((OwnName, _own.Tokens.SessionId.ToString()), (cookie.Name.ToString(), cookie.Value.ToString()));
        // A browser requires this of the prefix.
        Assert.Equal((true, "/", false), (cookie.Secure, cookie.Path.ToString(), cookie.Domain.HasValue));
        Assert.True(cookie.HttpOnly);
        Assert.Equal((SameSiteMode.Strict, TimeSpan.FromDays(14)), (cookie.SameSite, cookie.MaxAge));
    }

    [Theory]
    [InlineData("/", "Strict", "Production", "https://auth.example.com", OwnName)]
    [InlineData("/", "None", "Production", "https://auth.example.com", OwnName)]
    [InlineData("/auth", "Strict", "Production", "https://example.com/auth", "__Host-handstamp-session-auth")]
    [InlineData("/a/b/", "Lax", "Production", "https://example.com/a/b", "__Host-handstamp-session-a%2Fb")]
    [InlineData("/", "Strict", "Development", "http://localhost:5110", "handstamp-session")]
    public async Task The_second_cookie_follows_the_settings_and_each_base_path_of_a_host_has_its_own(
        string basePath, string sameSite, string environment, string issuer, string name)
    {
        await using var app = await HandstampApp.StartAsync(new()
        {
            ["BasePath"] = basePath,
            ["Issuer"] = issuer,
            ["Cookie:SameSite"] = sameSite,
            ["Cookie:Domain"] = "example.com",
        }, environment: environment);
        var path = basePath.TrimEnd('/');
        using var registered = await app.PostAsync($"{path}/register", new { email = Mallory, password = HandstampApp.Password });
        using var login = await app.PostAsync($"{path}/login", new { email = Mallory, password = HandstampApp.Password, transport = "cookie" });

        var cookie = SetCookies(login)[1];

        Assert.Equal(name, cookie.Name.ToString());
        Assert.Equal(("/", false), (cookie.Path.ToString(), cookie.Domain.HasValue));
        Assert.Equal(environment == "Production", cookie.Secure);
        Assert.Equal(sameSite, cookie.SameSite.ToString());
        Assert.Equal(sameSite == "None", cookie.Extensions.Contains("Partitioned"));
    }

    [Fact]
    public async Task The_browsers_own_session_continues_whatever_was_planted_beside_it()
    {
        _app.Jump(Window);
        foreach (var cookies in new[] { $"{_own.Id}; {_planted.Cookie}; {_own.Cookie}", $"{_own.Cookie}; {_planted.Cookie}; {_own.Id}" })
        {
            using var answer = await RefreshAsync(cookies);
            Assert.Equal(_own.Tokens.SessionId, (await TokenSet.ReadAsync(answer)).SessionId);
        }
    }

    // A browser sees no prefix in such a name, so a sibling host may set it.
    [Theory]
    [InlineData("\u2000")]
    [InlineData("\u00A0")]
    [InlineData("\u0085")]
    [InlineData("\u3000")]
    [InlineData("\uFEFF")]
    public async Task A_name_that_only_looks_like_that_of_the_second_cookie_is_ignored(string space)
    {
        using var answer = await RefreshAsync($"{space}{OwnName}={_planted.Tokens.SessionId}; {_planted.Cookie}; {_own.Id}; {_own.Cookie}");

        Assert.Equal(_own.Tokens.SessionId, (await TokenSet.ReadAsync(answer)).SessionId);
    }

    [Fact]
    public async Task Two_second_cookies_are_both_ignored()
    {
        await AssertRefusedAsync("refresh_cookie_ambiguous", definitive: false,
            $"{OwnName}={_planted.Tokens.SessionId}; {_own.Id}; {_planted.Cookie}; {_own.Cookie}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_forged_cookies_do_not_hide_the_real_one(bool ofThisSession)
    {
        var forger = MacKey.Create(1);
        var junk = Enumerable.Range(2, 100).Select(generation =>
            $"{Name}={RefreshToken.Create(forger, ofThisSession ? _own.Tokens.SessionId : Guid.NewGuid(), generation).Encode()}");

        using var known = await RefreshAsync($"{_own.Id}; {string.Join("; ", junk)}; {_own.Cookie}");
        using var unknown = await RefreshAsync($"{string.Join("; ", junk)}; {_own.Cookie}");

        Assert.Equal(_own.Tokens.SessionId, (await TokenSet.ReadAsync(known)).SessionId);
        Assert.Equal(_own.Tokens.SessionId, (await TokenSet.ReadAsync(unknown)).SessionId);
    }

    [Fact]
    public async Task The_end_of_the_browsers_own_session_is_reported_although_the_planted_one_is_alive()
    {
        using var logout = await _app.PostAsync("/logout", new { }, _own.Tokens.AccessToken);

        await AssertRefusedAsync("session_revoked", definitive: true, $"{_own.Id}; {_planted.Cookie}; {_own.Cookie}");
    }

    [Fact]
    public async Task No_session_is_chosen_from_two_live_ones_if_the_browsers_own_is_not_known()
    {
        _app.Jump(Window);

        await AssertRefusedAsync("refresh_cookie_ambiguous", definitive: false, $"{_planted.Cookie}; {_own.Cookie}");
        // The id of a session that was not sent says nothing either: with Cookie:Domain, another host may have logged in.
        await AssertRefusedAsync("refresh_cookie_ambiguous", definitive: false,
            $"{OwnName}={Guid.NewGuid()}; {_planted.Cookie}; {_own.Cookie}");

        Assert.Equal(1, (await ReadAsync(_own)).Rotation.Last);
        Assert.Equal(1, (await ReadAsync(_planted)).Rotation.Last);
    }

    [Fact]
    public async Task A_refusal_of_several_sessions_is_not_definitive_if_the_browsers_own_is_not_known()
    {
        using var end = await RefreshAsync(_planted.Cookie, HttpMethod.Delete);

        await AssertRefusedAsync("refresh_cookie_ambiguous", definitive: false, $"{_planted.Cookie}; {Name}=left-behind");
        await AssertRefusedAsync("refresh_cookie_ambiguous", definitive: false, $"{Name}=a; {Name}=b");
        await AssertRefusedAsync("session_revoked", definitive: true, _planted.Cookie);
    }

    [Fact]
    public async Task Only_a_few_sessions_are_looked_up()
    {
        var others = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var other = await LoginAsync(Mallory);
            using var end = await RefreshAsync(other.Cookie, HttpMethod.Delete);
            others.Add(other.Cookie);
        }

        await AssertRefusedAsync("refresh_cookie_ambiguous", definitive: false, $"{string.Join("; ", others)}; {_own.Cookie}");
        using var fewer = await RefreshAsync($"{string.Join("; ", others.Take(3))}; {_own.Cookie}");
        Assert.Equal(_own.Tokens.SessionId, (await TokenSet.ReadAsync(fewer)).SessionId);
    }

    [Fact]
    public async Task An_older_session_gets_its_second_cookie_at_the_next_rotation()
    {
        _app.Jump(Window);

        using var answer = await RefreshAsync(_own.Cookie);

        Assert.Equal((OwnName, _own.Tokens.SessionId.ToString()),
            (SetCookies(answer)[1].Name.ToString(), SetCookies(answer)[1].Value.ToString()));
    }

    [Fact]
    public async Task A_logout_ends_only_the_browsers_own_session_and_clears_both_cookies()
    {
        using var answer = await RefreshAsync($"{_own.Id}; {_planted.Cookie}; {_own.Cookie}", HttpMethod.Delete);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal([Name, OwnName], SetCookies(answer).Select(cookie => cookie.Name.ToString()));
        Assert.All(SetCookies(answer), cookie => Assert.Equal(TimeSpan.Zero, cookie.MaxAge));
        await AssertRefusedAsync("session_revoked", definitive: true, _own.Cookie);
        using var planted = await RefreshAsync(_planted.Cookie);
        Assert.Equal(HttpStatusCode.OK, planted.StatusCode);
    }

    [Fact]
    public async Task A_logout_that_cannot_tell_the_sessions_apart_ends_all_of_the_browser()
    {
        var junk = string.Join("; ", Enumerable.Range(1, 9).Select(generation =>
            $"{Name}={RefreshToken.Create(MacKey.Create(1), Guid.NewGuid(), generation).Encode()}"));

        using var answer = await RefreshAsync($"{junk}; {_planted.Cookie}; {_own.Cookie}", HttpMethod.Delete);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await AssertRefusedAsync("session_revoked", definitive: true, _own.Cookie);
    }

    async Task<CookieLogin> LoginAsync(string email)
    {
        using var answer = await _app.PostAsync("/login", new { email, password = HandstampApp.Password, transport = "cookie" });
        return new CookieLogin(await TokenSet.ReadAsync(answer), SetCookies(answer)[0], SetCookies(answer)[1]);
    }

    Task<HttpResponseMessage> RefreshAsync(string cookies, HttpMethod? method = null) =>
        _app.SendAsync(method ?? HttpMethod.Post, "/refresh", change: request => request.Headers.Add("Cookie", cookies));

    async Task AssertRefusedAsync(string code, bool definitive, string cookies)
    {
        var problem = await ProblemAnswer.ReadAsync(await RefreshAsync(cookies));
        Assert.Equal((code, definitive), (problem.Code, problem.Definitive));
    }

    async Task<Session> ReadAsync(CookieLogin login) =>
        (await _app.Get<ISessionStore>().FindAsync(login.Tokens.SessionId, default))!.Session;

    static List<SetCookieHeaderValue> SetCookies(HttpResponseMessage answer) =>
        [.. answer.Headers.GetValues("Set-Cookie").Select(value => SetCookieHeaderValue.Parse(value))];

    sealed record CookieLogin(TokenSet Tokens, SetCookieHeaderValue TokenCookie, SetCookieHeaderValue OwnCookie)
    {
        public string Cookie => $"{TokenCookie.Name}={TokenCookie.Value}";

        public string Id => $"{OwnCookie.Name}={OwnCookie.Value}";
    }
}
