using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Handstamp.Bearer.Tests;

/// <summary>
/// An API that is protected as a developer would protect it, on a real Kestrel, with the clock of its issuer.
/// </summary>
sealed class TestApi : IAsyncDisposable
{
    readonly WebApplication _app;

    TestApi(WebApplication app, LogLines logs)
    {
        (_app, Logs) = (app, logs);
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public LogLines Logs { get; }

    public IServiceProvider Services => _app.Services;

    public FeedState Feed => Get<FeedStatus>().State;

    /// <summary>Starts it and waits until it has the keys and follows the feed.</summary>
    public static async Task<TestApi> FollowAsync(
        TestIssuer issuer, Action<HandstampBearerOptions>? change = null, Action<IServiceCollection>? services = null,
        string environment = "Production")
    {
        var api = await StartAsync(issuer.Address, issuer.Clock, change, services, environment);
        await api.FollowsAsync();
        return api;
    }

    public static Task<TestApi> StartAsync(TestIssuer issuer, Action<HandstampBearerOptions>? change = null) =>
        StartAsync(issuer.Address, issuer.Clock, change);

    public static async Task<TestApi> StartAsync(
        string authority, TimeProvider clock, Action<HandstampBearerOptions>? change = null, Action<IServiceCollection>? services = null,
        string environment = "Production")
    {
        var logs = new LogLines();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(clock);
        builder.Services.AddAuthentication().AddHandstampBearer(options =>
        {
            options.Authority = authority;
            change?.Invoke(options);
        });
        builder.Services.AddAuthorization();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseForwardedHeaders().UsePathBase("/base").UseRouting().UseAuthentication().UseAuthorization();
        Map(app);
        await app.StartAsync();
        return new TestApi(app, logs);
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public Task FollowsAsync() =>
        Eventually.TrueAsync(() => Feed == FeedState.Following, "the API follows the feed");

    public Task<Answer> GetAsync(string path, string? token = null) =>
        SendAsync(path, token is null ? [] : [("Authorization", "Bearer " + token)]);

    public async Task<Answer> SendAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await Client.SendAsync(request);
        return new(
            answer.StatusCode, answer.Headers.WwwAuthenticate.ToString(), await answer.Content.ReadAsStringAsync(),
            answer.Headers.RetryAfter?.Delta,
            answer.Headers.TryGetValues("DPoP-Nonce", out var nonce) ? nonce.Single() : null);
    }

    /// <summary>For headers that an HttpClient would normalize.</summary>
    public async Task<string> SendRawAsync(string path, string headers)
    {
        using var line = new TcpClient();
        await line.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port);
        await using var stream = line.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: api\r\nConnection: close\r\n{headers}\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    public async Task<HealthReportEntry> HealthAsync()
    {
        var report = await Get<HealthCheckService>().CheckHealthAsync();
        return report.Entries[HandstampBearerDefaults.HealthCheck];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    static void Map(WebApplication app)
    {
        app.MapGet("/", () => "public");
        app.MapGet("/me", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
        app.MapGet("/refresh", (ClaimsPrincipal user) => user.Identity?.Name ?? "nobody");
        app.MapGet("/claims", (ClaimsPrincipal user) => string.Join('\n', user.Claims.Select(c => $"{c.Type}={c.Value}")))
            .RequireAuthorization();
        app.MapGet("/admin", () => "admin").RequireAuthorization(policy => policy.RequireRole("admin"));
        app.MapGet("/root", () => "root").RequireAuthorization(policy => policy.RequireRole("root"));
        app.MapGet("/orders", () => "orders").RequireAuthorization(policy => policy.RequireScope("orders:read"));
        app.MapGet("/orders/new", () => "new").RequireAuthorization(
            policy => policy.RequireScope("orders:read").RequireScope("orders:write").RequireScope("stock"));
        app.MapGet("/claim", () => "claim").RequireAuthorization(policy => policy.RequireClaim("scope", "orders:read"));
        app.MapGet("/recent", () => "recent").RequireAuthorization(policy => policy.RequireAuthenticationWithin(TimeSpan.FromMinutes(5)));
        app.MapGet("/strong", () => "strong").RequireAuthorization(policy => policy.RequireAcr("2"));
        app.MapGet("/strictest", () => "strictest").RequireAuthorization(policy => policy
            .RequireAuthenticationWithin(TimeSpan.FromMinutes(9)).RequireAuthenticationWithin(TimeSpan.FromMinutes(5))
            .RequireAcr("2").RequireAcr("phr").RequireAcr("1"));
        app.MapGet("/recent/stock", () => "stock").RequireAuthorization(
            policy => policy.RequireScope("stock").RequireAuthenticationWithin(TimeSpan.FromMinutes(5)));
        app.MapGet("/mark", async (HttpContext context) =>
        {
            var identity = (ClaimsIdentity)context.User.Identity!;
            var seen = identity.HasClaim("mark", "mine");
            identity.AddClaim(new("mark", "mine"));
            identity.RemoveClaim(identity.FindFirst("plan"));
            var again = await context.AuthenticateAsync();
            return $"{seen} {again.Succeeded}";
        }).RequireAuthorization();
    }
}

/// <summary>What a caller receives.</summary>
sealed record Answer(HttpStatusCode Status, string Challenge, string Body, TimeSpan? RetryAfter, string? Nonce);
