using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Bearer.Tests.EndToEnd;

/// <summary>One app contains the service, its own API, and its own login with a cookie, under a path.</summary>
public sealed class OneAppTests : IAsyncLifetime
{
    readonly TempDirectory _directory = new();
    readonly LogLines _logs = new();
    WebApplication _app = null!;
    HttpClient _client = null!;

    [Fact]
    public async Task A_fallback_policy_of_the_app_leaves_the_routes_of_the_service_open()
    {
        using var registered = await RegisterAsync();
        using var keys = await _client.GetAsync("sub/auth/.well-known/jwks.json");
        using var page = await _client.GetAsync("sub/auth/account/login");
        using var style = await _client.GetAsync("sub/auth/account/style.css");
        using var health = await _client.GetAsync("sub/auth/health/ready");
        using var own = await _client.GetAsync("sub/auth/me");
        using var fallback = await _client.GetAsync("sub/elsewhere");

        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        Assert.All([keys, page, style, health], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(HttpStatusCode.Unauthorized, own.StatusCode);
        Assert.Contains("access_token_missing", await own.Content.ReadAsStringAsync());
        // The app's own policy, and its own default scheme.
        Assert.Equal(HttpStatusCode.Redirect, fallback.StatusCode);
    }

    [Fact]
    public async Task The_policy_of_the_guide_accepts_a_token_as_well_as_the_cookie_of_the_app()
    {
        var token = await AccessTokenAsync();

        using var without = await _client.GetAsync("sub/orders");
        using var request = new HttpRequestMessage(HttpMethod.Get, "sub/orders");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var with = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal("orders", await with.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_app_contacts_its_own_service_only_when_it_listens()
    {
        await Eventually.TrueAsync(
            () => _app.Services.GetRequiredService<FeedStatus>().State == FeedState.Following, "the app follows its own feed");

        Assert.DoesNotContain(_logs.Lines, line => line.Text.Contains("Connection refused", StringComparison.Ordinal));
        Assert.DoesNotContain(_logs.Lines, line => line.Text.Contains("could not be fetched", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_path_of_the_app_is_in_cookies_links_redirects_and_errors()
    {
        (await RegisterAsync()).Dispose();

        using var login = await LoginAsync("cookie");
        using var account = await _client.GetAsync("sub/auth/account");
        using var page = await _client.GetAsync("sub/auth/account/login?return=/sub/auth/account/password");
        using var refused = await _client.GetAsync("sub/auth/me");

        var cookies = login.Headers.GetValues("Set-Cookie").ToList();
        Assert.Contains("; path=/sub/auth/refresh;", cookies[0]);
        Assert.StartsWith("handstamp-session-sub%2Fauth=", cookies[1]);
        Assert.Equal("/sub/auth/account/login", account.Headers.Location!.OriginalString);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("action=\"/sub/auth/account/login\"", html);
        Assert.Contains("href=\"/sub/auth/account/style.css?", html);
        Assert.Contains("value=\"/sub/auth/account/password\"", html);
        Assert.Contains("\"/sub/auth/errors/access_token_missing\"", await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_cookie_of_an_app_under_a_path_is_accepted()
    {
        (await RegisterAsync()).Dispose();
        using var login = await LoginAsync("cookie");
        var cookies = login.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "sub/auth/refresh");
        // A sibling host would set another cookie like this: the second cookie identifies the app's own session.
        request.Headers.Add("Cookie", $"{string.Join("; ", cookies)}; handstamp=hsr_x");

        using var refreshed = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
    }

    [Fact]
    public void The_guide_has_the_code_that_these_tests_run()
    {
        var here = Repository.Read("tests/Handstamp.Bearer.Tests/EndToEnd/OneAppTests.cs").Split('\n').Select(line => line.Trim()).ToHashSet();
        var sample = Repository.Read("docs/guide/embed.md").Split("## Beside a login of the app's own")[1].Split("```")[1];

        Assert.All(sample.Split('\n').Skip(1).Select(line => line.Trim()).Where(line => !line.Contains("https://", StringComparison.Ordinal)),
            line => Assert.Contains(line, here));
    }

    public async ValueTask InitializeAsync()
    {
        var port = new LoopbackPort();
        var authority = port.Address + "/sub/auth";
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Handstamp:Issuer"] = authority,
            ["Handstamp:BasePath"] = "/auth",
            ["Handstamp:Accounts:Hashing:MemoryKiB"] = "7168",
            ["Handstamp:Accounts:Hashing:Passes"] = "5",
            ["Handstamp:Storage:DataDirectory"] = _directory.Path,
        });
        builder.Logging.ClearProviders().AddProvider(_logs).SetMinimumLevel(LogLevel.Trace);
        port.Use(builder.WebHost);
        builder.Services.AddHandstamp(builder.Configuration.GetSection("Handstamp")).AddPages();
        builder.Services.AddHandstampSqlite(_directory.File("handstamp.db"));
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie()
            .AddHandstampBearer(options =>
            {
                options.Authority = authority;
                options.Credential = builder.Configuration["Handstamp:Credential"];
            });
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("api", policy => policy
                .AddAuthenticationSchemes(HandstampBearerDefaults.AuthenticationScheme)
                .RequireAuthenticatedUser());
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

        _app = builder.Build();
        var app = _app;
        app.UsePathBase("/sub");
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHandstamp();
        app.MapGet("/orders", () => "orders").RequireAuthorization("api");
        app.MapGet("/elsewhere", () => "elsewhere");
        await app.StartAsync();
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(port.Address),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _logs.Dispose();
        _directory.Dispose();
    }

    Task<HttpResponseMessage> RegisterAsync() =>
        _client.PostAsJsonAsync("sub/auth/register", new { email = "ada@example.com", password = "a quite unusual sentence" });

    Task<HttpResponseMessage> LoginAsync(string transport) => _client.PostAsJsonAsync(
        "sub/auth/login", new { email = "ada@example.com", password = "a quite unusual sentence", transport });

    async Task<string> AccessTokenAsync()
    {
        (await RegisterAsync()).Dispose();
        using var answer = await LoginAsync("body");
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
    }
}
