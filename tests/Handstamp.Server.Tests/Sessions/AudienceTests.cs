using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.Docs;
using Handstamp.Server.Tests.Sessions.Dpop;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>The audiences of access tokens. Two APIs are declared, in addition to the service.</summary>
public sealed class AudienceTests : IAsyncLifetime
{
    const string Orders = "https://orders.example.com";
    const string Stock = "https://stock.example.com/v1";
    const string Service = HandstampApp.Issuer;

    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync(new() { ["Audiences:0"] = Orders, ["Audiences:1"] = Stock });
        await _app.RegisterAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static TheoryData<string> RoutesWithACaller =>
        [.. MappedRoutes.All.Where(route => route.NeedsCaller).Select(route => route.Name)];

    public static TheoryData<string> NoneOfThem =>
    [
        "", " ", "orders", "https://orders.example.com/", "https://ORDERS.example.com", "HTTPS://orders.example.com", Orders + "#top",
        Orders + " ", Orders + "\0", Orders + "," + Stock, Orders + " " + Stock, "https://stock.example.com", Stock + "/../v1",
        "https://stock.example.com/%76%31", Service + "/", new string('a', 60_000), "https://\u043erders.example.com", "*",
    ];

    static JsonElement Claims(TokenSet tokens) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(tokens.AccessToken.Split('.')[1])).RootElement;

    static string? AudienceOf(TokenSet tokens) => Claims(tokens).GetProperty("aud").GetString();

    Task<HttpResponseMessage> PostLoginAsync(object? resource) =>
        _app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, resource });

    async Task<TokenSet> LoginAsync(string? resource = null)
    {
        using var answer = await PostLoginAsync(resource);
        return await TokenSet.ReadAsync(answer);
    }

    Task<HttpResponseMessage> PostRefreshAsync(string? refreshToken, object? resource) =>
        _app.PostAsync("/refresh", new { refresh_token = refreshToken, resource });

    async Task<TokenSet> RefreshAsync(string? refreshToken, string? resource)
    {
        using var answer = await PostRefreshAsync(refreshToken, resource);
        return await TokenSet.ReadAsync(answer);
    }

    async Task<SessionReading> ReadingAsync(TokenSet tokens) => (await _app.Get<ISessionStore>().FindAsync(tokens.SessionId, default))!;

    async Task<HttpStatusCode> MeAsync(TokenSet tokens)
    {
        using var answer = await _app.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        return answer.StatusCode;
    }

    static async Task AssertRefusedAsync(string code, int status, HttpResponseMessage answer)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((code, status, false), (problem.Code, problem.Status, problem.Definitive));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        answer.Dispose();
    }

    [Theory]
    [InlineData(null, Orders)]
    [InlineData(Orders, Orders)]
    [InlineData(Stock, Stock)]
    [InlineData(Service, Service)]
    public async Task A_token_is_for_the_requested_resource_or_for_the_first_audience(string? resource, string audience)
    {
        var login = await LoginAsync(resource);
        Assert.Equal(audience, AudienceOf(login));

        _app.Jump(Window);
        Assert.Equal(audience, AudienceOf(await RefreshAsync(login.RefreshToken, resource)));
    }

    [Fact]
    public async Task A_refresh_does_not_remember_the_resource_of_the_previous_one()
    {
        var login = await LoginAsync(Stock);

        Assert.Equal(Orders, AudienceOf(await _app.RefreshedAsync(login.RefreshToken!)));
    }

    [Theory, MemberData(nameof(RoutesWithACaller))]
    public async Task A_token_for_an_API_opens_none_of_the_services_own_routes(string route)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        foreach (var resource in new[] { Orders, Stock })
        {
            var login = await LoginAsync(resource);
            using var answer = await _app.SendAsync(
                new HttpMethod(method), path.Replace("{id}", login.SessionId.ToString(), StringComparison.Ordinal),
                accessToken: login.AccessToken);

            Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            await AssertRefusedAsync("access_token_wrong_audience", 401, answer);
            // A page that leads to a token that works. Nothing was changed.
            Assert.Equal(HttpStatusCode.OK, await MeAsync(await RefreshAsync(login.RefreshToken, Service)));
        }
    }

    [Fact]
    public async Task Within_the_window_another_audience_costs_no_write()
    {
        var login = await LoginAsync();
        _app.Jump(Window);
        var rotated = await RefreshAsync(login.RefreshToken, Stock);
        var before = await ReadingAsync(login);

        // A replay, and a hold.
        foreach (var shown in new[] { login.RefreshToken, rotated.RefreshToken })
        {
            var other = await RefreshAsync(shown, Service);
            Assert.Equal((rotated.RefreshToken, Service), (other.RefreshToken, AudienceOf(other)));
        }

        Assert.Equal(before.Session, (await ReadingAsync(login)).Session);
    }

    [Fact]
    public async Task A_cookie_refresh_has_only_the_resource_in_its_body()
    {
        using var login = await _app.PostAsync(
            "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie", resource = Stock });
        Assert.Equal(Stock, AudienceOf(await TokenSet.ReadAsync(login)));
        var cookie = SetCookieHeaderValue.Parse(login.Headers.GetValues("Set-Cookie").First());

        using var answer = await _app.SendAsync(HttpMethod.Post, "/refresh", new { resource = Service },
            change: request => request.Headers.Add("Cookie", $"{cookie.Name}={cookie.Value}"));
        var refreshed = await TokenSet.ReadAsync(answer);

        Assert.Equal((Service, null), (AudienceOf(refreshed), refreshed.RefreshToken));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory, MemberData(nameof(NoneOfThem))]
    public async Task A_resource_that_is_not_declared_exactly_gets_no_token_and_changes_nothing(string resource)
    {
        var login = await LoginAsync();
        _app.Jump(Window);
        var before = await ReadingAsync(login);

        await AssertRefusedAsync("invalid_target", 400, await PostLoginAsync(resource));
        await AssertRefusedAsync("invalid_target", 400, await PostRefreshAsync(login.RefreshToken, resource));

        Assert.Equal(before.Session, (await ReadingAsync(login)).Session);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("""["https://orders.example.com"]""")]
    [InlineData("{}")]
    [InlineData(""" "https://orders.example.com", "resource": "https://orders.example.com" """)]
    [InlineData(""" "\ud800" """)]
    public async Task A_resource_must_be_a_single_string(string json)
    {
        var login = await LoginAsync();
        foreach (var (route, others) in new[]
        {
            ("/login", $"\"email\":\"{HandstampApp.Email}\",\"password\":\"{HandstampApp.Password}\""),
            ("/refresh", $"\"refresh_token\":\"{login.RefreshToken}\""),
        })
        {
            using var body = new StringContent($"{{{others},\"resource\":{json}}}", Encoding.UTF8, "application/json");
            await AssertRefusedAsync(
                "invalid_request", 400, await _app.SendAsync(HttpMethod.Post, route, change: request => request.Content = body));
        }
    }

    [Fact]
    public async Task A_resource_in_the_query_is_ignored()
    {
        var login = await LoginAsync();

        using var answer = await _app.PostAsync($"/refresh?resource={Service}", new { refresh_token = login.RefreshToken });

        Assert.Equal(Orders, AudienceOf(await TokenSet.ReadAsync(answer)));
    }

    [Fact]
    public async Task The_end_of_a_session_accepts_no_resource()
    {
        var login = await LoginAsync();

        await AssertRefusedAsync("invalid_request", 400, await _app.SendAsync(
            HttpMethod.Delete, "/refresh", new { refresh_token = login.RefreshToken, resource = Orders }));

        await _app.RefreshedAsync(login.RefreshToken!);
    }

    [Fact]
    public async Task A_bound_session_needs_its_proof_to_request_a_resource()
    {
        var client = new BoundClient(_app);
        var login = await client.LoginAsync();
        _app.Jump(Window);

        await AssertRefusedAsync("dpop_proof_required", 401, await PostRefreshAsync(login.RefreshToken, Service));
        using var answer = await client.SendAsync(
            HttpMethod.Post, "/refresh", new { refresh_token = login.RefreshToken, resource = Service });
        var own = await TokenSet.ReadAsync(answer);

        Assert.Equal((Orders, Service), (AudienceOf(login), AudienceOf(own)));
        Assert.Equal(client.Key.PublicKey.Thumbprint, Claims(own).GetProperty("cnf").GetProperty("jkt").GetString());
        using var me = await client.SendAsync(HttpMethod.Get, "/me", accessToken: own.AccessToken);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        await AssertRefusedAsync(
            "access_token_wrong_audience", 401, await client.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken));
    }

    [Fact]
    public async Task Without_declared_audiences_every_token_is_for_the_service()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        using var me = await app.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken);
        using var own = await app.PostAsync("/refresh", new { refresh_token = login.RefreshToken, resource = Service });

        Assert.Equal((Service, HttpStatusCode.OK), (AudienceOf(login), me.StatusCode));
        Assert.Equal(Service, AudienceOf(await TokenSet.ReadAsync(own)));
        await AssertRefusedAsync(
            "invalid_target", 400, await app.PostAsync("/refresh", new { refresh_token = login.RefreshToken, resource = Orders }));
    }

    [Fact]
    public async Task The_former_setting_is_a_list_of_one()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Audience"] = "orders" });
        var login = await app.RegisterAndLoginAsync();

        Assert.Equal("orders", AudienceOf(login));
        await AssertRefusedAsync(
            "access_token_wrong_audience", 401, await app.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken));
    }
}
