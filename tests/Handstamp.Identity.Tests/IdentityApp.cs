using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Identity.Tests;

/// <summary>
/// An app with users of ASP.NET Core Identity in SQLite, on a free port of Kestrel. The check says which routes it has.
/// Its clock begins now, because Identity takes the time of lockouts and of codes from the machine.
/// </summary>
sealed class IdentityApp : IAsyncDisposable
{
    public const string Email = "ada@example.com";
    public const string Password = "An unusual sentence, 1843.";

    readonly WebApplication _app;
    readonly TempDirectory _directory;

    IdentityApp(WebApplication app, TempDirectory directory)
    {
        (_app, _directory) = (app, directory);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        Client = NewClient(new SocketsHttpHandler { UseCookies = false });
    }

    public Uri Address { get; }

    /// <summary>A client without cookies, such as an app on a phone.</summary>
    public HttpClient Client { get; }

    FakeTimeProvider Clock => (FakeTimeProvider)_app.Services.GetRequiredService<TimeProvider>();

    public Mails Mails => _app.Services.GetRequiredService<Mails>();

    public IServiceProvider Services => _app.Services;

    /// <summary>A client that keeps cookies, as a browser does.</summary>
    public HttpClient NewBrowser() => NewClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() });

    public static async Task<IdentityApp> StartAsync(
        Wire wire, Action<IdentityOptions>? identity = null, Action<IServiceCollection>? services = null,
        Action<WebApplication>? routes = null, Action<IdentityApiOptions<AppUser>>? api = null,
        Action<HandstampIdentityOptions>? sessions = null, Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? users = null, string? postgres = null)
    {
        var directory = new TempDirectory();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{ServerPort.Find()}";
        builder.WebHost.UseUrls(address);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Handstamp:Issuer"] = address,
            ["Handstamp:DataDirectory"] = directory.File("handstamp"),
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow));
        builder.Services.AddSingleton<Mails>().AddSingleton<IEmailSender<AppUser>>(all => all.GetRequiredService<Mails>());
        builder.Services.AddAuthorization();
        builder.Services.AddDbContext<AppUsers>(options => _ = postgres is null
            ? options.UseSqlite($"Data Source={directory.File("app.db")};Pooling=False")
            : options.UseNpgsql(postgres));
        (users ?? AddUsers)(builder.Services);
        if (wire == Wire.Handstamp) builder.Services.AddHandstampIdentity<AppUser>().AddEntityFrameworkStore<AppUsers>();
        builder.Services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        if (identity is not null) builder.Services.Configure(identity);
        if (sessions is not null) builder.Services.Configure(sessions);
        services?.Invoke(builder.Services);

        var app = builder.Build();
        await using (var scope = app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<AppUsers>().Database.EnsureCreatedAsync();
        Map(app, wire, api);
        app.MapGet("/hello", (ClaimsPrincipal user) => $"Hello, {user.Identity?.Name}!").RequireAuthorization();
        app.MapGet("/claims", (ClaimsPrincipal user) => user.Claims.GroupBy(claim => claim.Type).ToDictionary(
            claims => claims.Key, claims => claims.Select(claim => claim.Value).ToArray())).RequireAuthorization();
        routes?.Invoke(app);
        await app.StartAsync();
        return new IdentityApp(app, directory);
    }

    static void AddUsers(IServiceCollection services) =>
        services.AddIdentityApiEndpoints<AppUser>().AddRoles<IdentityRole>().AddEntityFrameworkStores<AppUsers>();

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, Wire wire, Action<IdentityApiOptions<AppUser>>? api = null)
    {
        return wire == Wire.Handstamp ? routes.MapHandstampIdentityApi(api) : routes.MapIdentityApi<AppUser>();
    }

    /// <summary>
    /// Moves the clock forward. Timers do not fire on the way: those of the sessions would fire several times a second.
    /// </summary>
    public void Jump(TimeSpan span) => Clock.AdjustTime(Clock.GetUtcNow() + span);

    /// <summary>Does something with the app's users, as another part of the app would.</summary>
    public async Task<T> WithUsersAsync<T>(Func<UserManager<AppUser>, Task<T>> act)
    {
        await using var scope = Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>());
    }

    public async Task GiveRoleAsync(string role, string email = Email)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>().CreateAsync(new IdentityRole(role));
        await WithUsersAsync(async users => await users.AddToRoleAsync((await users.FindByEmailAsync(email))!, role));
    }

    /// <summary>Runs SQL, as an operator would.</summary>
    public async Task RunAsync(FormattableString sql)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AppUsers>().Database.ExecuteSqlAsync(sql);
    }

    public Task<Answer> PostAsync(string path, object? body, string? accessToken = null) => Client.PostAsync(path, body, accessToken);

    public Task<Answer> GetAsync(string path, string? accessToken = null) => Client.SendAsync(HttpMethod.Get, path, null, accessToken);

    public Task<Answer> RefreshAsync(Tokens tokens) => PostAsync("/refresh", new { tokens.RefreshToken });

    public Task<Dictionary<string, string[]>> ClaimsAsync(string accessToken) => Client.ClaimsAsync(accessToken);

    public async Task RegisterAsync(string email = Email, string password = Password) =>
        (await PostAsync("/register", new { email, password })).IsEmptyOk();

    public async Task<Tokens> LoginAsync(string email = Email, string password = Password) =>
        Tokens.Of(await PostAsync("/login", new { email, password }));

    public async Task<Tokens> RegisterAndLoginAsync()
    {
        await RegisterAsync();
        return await LoginAsync();
    }

    HttpClient NewClient(SocketsHttpHandler handler) => new(handler) { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>Sends a request and reads its whole answer.</summary>
static class Clients
{
    public static Task<Answer> PostAsync(this HttpClient client, string path, object? body, string? accessToken = null) =>
        client.SendAsync(HttpMethod.Post, path, JsonContent.Create(body), accessToken);

    public static Task<Answer> GetAnswerAsync(this HttpClient client, string path) => client.SendAsync(HttpMethod.Get, path, null, null);

    /// <summary>What the routes of the app know of the caller.</summary>
    public static async Task<Dictionary<string, string[]>> ClaimsAsync(this HttpClient client, string? accessToken = null) =>
        (await client.SendAsync(HttpMethod.Get, "/claims", null, accessToken)).IsOk().Json.Deserialize<Dictionary<string, string[]>>()!;

    public static Task<Answer> SendAsync(this HttpClient client, HttpMethod method, string path, object body, string accessToken) =>
        client.SendAsync(method, path, JsonContent.Create(body), accessToken);

    public static async Task<Answer> SendAsync(this HttpClient client, HttpMethod method, string path, HttpContent? content, string? accessToken = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (accessToken is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
