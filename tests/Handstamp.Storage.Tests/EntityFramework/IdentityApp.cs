using System.Net.Http.Headers;
using System.Security.Claims;
using Handstamp.Identity;
using Handstamp.Identity.Issuer;
using Handstamp.Identity.Sessions;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Tests.Sqlite;
using Handstamp.TestBed.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>A small app with Identity users, in Development, so that the container checks every registration.</summary>
sealed class IdentityApp : IAsyncDisposable
{
    public const string Password = "Correct-horse-7";

    readonly TemporaryFolder _folder;
    readonly string? _postgres;
    readonly bool _isGuest;
    readonly WebApplication _app;

    IdentityApp(Action<HandstampIdentityOptions>? configure, bool isApart, string? postgres, Action<DbContextOptionsBuilder>? database, IdentityApp? first = null)
    {
        (_folder, _postgres, _isGuest) = (first?._folder ?? new TemporaryFolder(), postgres, first is not null);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDbContext<UsersContext<string>>(options =>
        {
            if (postgres is null) options.UseSqlite(ConnectionString);
            else options.UseNpgsql(postgres, server => server.EnableRetryOnFailure());
            database?.Invoke(options);
        });
        builder.Services.AddDbContext<SessionsContext>(options => options.UseSqlite($"Data Source={_folder.At("sessions.db")};Pooling=False"));
        builder.Services.AddIdentityApiEndpoints<IdentityUser<string>>().AddRoles<IdentityRole<string>>().AddEntityFrameworkStores<UsersContext<string>>();
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        var handstamp = builder.Services.AddHandstampIdentity<IdentityUser<string>>(options =>
        {
            options.Issuer = "http://localhost";
            options.DataDirectory = _folder.At("data");
            configure?.Invoke(options);
        });
        if (isApart) handstamp.AddEntityFrameworkStore<SessionsContext, UsersContext<string>>();
        else handstamp.AddEntityFrameworkStore<UsersContext<string>>();
        _app = builder.Build();
        _app.MapHandstampIssuer();
        _app.MapGet("/me", (ClaimsPrincipal caller) => caller.Identity!.Name).RequireAuthorization();
        _app.MapGet("/admin", () => "yes").RequireAuthorization(policy => policy.RequireRole("admin"));
        _app.MapPost("/stamp", async (ClaimsPrincipal caller, UserManager<IdentityUser<string>> users) =>
            await users.UpdateSecurityStampAsync((await users.GetUserAsync(caller))!)).RequireAuthorization();
        _app.MapPost("/sign-in", (string name, UserManager<IdentityUser<string>> users, SignInManager<IdentityUser<string>> signIn) =>
            SignInAsync(name, signIn));
    }

    public HttpClient Http { get; } = new();

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    /// <summary>Of the SQLite file with the users.</summary>
    public string ConnectionString => $"Data Source={_folder.At("app.db")};Pooling=False;Default Timeout=1";

    public static async Task<IdentityApp> StartAsync(
        Action<HandstampIdentityOptions>? configure = null, bool isApart = false, bool onPostgres = false,
        Action<DbContextOptionsBuilder>? database = null)
    {
        var postgres = onPostgres ? await NewSchemaAsync() : null;
        var app = new IdentityApp(configure, isApart, postgres, database);
        await app.InScopeAsync<UsersContext<string>, bool>(async context =>
        {
            // Other schemas of the database have tables.
            if (onPostgres) await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync();
            return onPostgres || await context.Database.EnsureCreatedAsync();
        });
        await app.InScopeAsync<SessionsContext, bool>(context => context.Database.EnsureCreatedAsync());
        await app.StartAsync();
        return app;
    }

    /// <summary>Another node of the app, with a clock of its own.</summary>
    public async Task<IdentityApp> AnotherAsync()
    {
        var other = new IdentityApp(null, isApart: false, _postgres, database: null, first: this);
        await other.StartAsync();
        return other;
    }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<T> InScopeAsync<TService, T>(Func<TService, Task<T>> call) where TService : notnull
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await call(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<T> WithUserAsync<T>(string name, Func<UserManager<IdentityUser<string>>, IdentityUser<string>, Task<T>> call) =>
        InScopeAsync<UserManager<IdentityUser<string>>, T>(async users => await call(users, (await users.FindByNameAsync(name))!));

    public Task<T> WithSessionsAsync<T>(Func<IdentitySessions<IdentityUser<string>>, Task<T>> call) => InScopeAsync(call);

    public Task<bool> RegisterAsync(string name) => InScopeAsync<UserManager<IdentityUser<string>>, bool>(async users =>
        (await users.CreateAsync(new IdentityUser<string> { Id = $"user {name}", UserName = name }, Password)).Succeeded);

    public Task<Tokens> LogInAsync(string name) => WithUserAsync(name, (_, user) => WithSessionsAsync(async sessions =>
    {
        var begun = Assert.IsType<LoginOutcome.Begun>(await sessions.BeginAsync(user, new SessionRequest(["pwd"]), Given.By));
        var tokens = sessions.Issue(begun.Reading);
        return new Tokens(tokens.AccessToken, tokens.RefreshToken.Encode(), tokens.SessionId);
    }));

    public Task<RefreshOutcome> RefreshAsync(string refreshToken) =>
        WithSessionsAsync(sessions => sessions.RefreshAsync(refreshToken, Given.By, CancellationToken.None));

    public async Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string accessToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!_isGuest) _folder.Dispose();
    }

    async Task StartAsync()
    {
        await _app.StartAsync();
        Http.BaseAddress = new Uri(_app.Urls.First());
    }

    static async Task<string> NewSchemaAsync()
    {
        var server = await PostgresServer.Shared;
        return $"{await server.CreateSchemaAsync()};Port={server.Port};Maximum Pool Size=20";
    }

    static async Task SignInAsync(string name, SignInManager<IdentityUser<string>> signIn)
    {
        signIn.AuthenticationScheme = IdentityConstants.BearerScheme;
        await signIn.PasswordSignInAsync(name, Password, isPersistent: false, lockoutOnFailure: false);
    }
}

sealed record Tokens(string Access, string Refresh, Guid Session);

/// <summary>
/// Another database, with the sessions alone. Its app stores GUIDs as texts, in a model with its own conventions, and adds columns to
/// every table.
/// </summary>
public sealed class SessionsContext(DbContextOptions<SessionsContext> options) : DbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Guid>().HaveConversion<string>();
        configurationBuilder.Properties<bool>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.UseHandstamp();
        foreach (var type in modelBuilder.Model.GetEntityTypes())
        {
            type.AddProperty("Note", typeof(string));
            type.AddProperty("Region", typeof(string)).SetDefaultValue("eu");
            // The rows that the model brings along have no value for it.
            if (!type.GetSeedData().Any()) type.AddProperty("Tenant", typeof(int)).IsNullable = false;
        }
    }
}
