using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Accounts;
using Handstamp.Server.Tests.Accounts;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.SignIn.Former;

/// <summary>The former system is an app with MapIdentityApi, and the callbacks are those of the guide.</summary>
public sealed class IdentityApiTests : IAsyncLifetime
{
    const string Secret = "a-secret-of-the-callbacks";
    const string Password = "Tulip-1";

    readonly string _name = RandomNumberGenerator.GetHexString(16);
    WebApplication _old = null!;
    HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        builder.Services.AddDbContext<IdentityDbContext>(options => options.UseInMemoryDatabase(_name));
        builder.Services.AddIdentityApiEndpoints<IdentityUser>().AddEntityFrameworkStores<IdentityDbContext>();
        builder.Services.AddAuthorization();
        _old = builder.Build();
        _old.MapIdentityApi<IdentityUser>();
        MapCallbacks(_old, Secret);
        await _old.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_old.Urls.Single()) };
        using var registered = await _http.PostAsJsonAsync("/register", new { email = HandstampApp.Email, password = Password });
        registered.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _old.StopAsync();
        await _old.DisposeAsync();
    }

    [Fact]
    public async Task A_password_is_checked_there_once()
    {
        await using var app = await StartAsync();

        using var wrong = await app.PostAsync("/login", new { email = HandstampApp.Email, password = "Tulip-2" });
        await app.LoginAsync(password: Password);
        await _old.StopAsync();
        await app.LoginAsync(password: Password);

        Assert.Equal("invalid_credentials", (await ProblemAnswer.ReadAsync(wrong)).Code);
    }

    [Fact]
    public async Task A_session_goes_on_here_also_when_it_is_over_there()
    {
        await using var app = await StartAsync();
        var token = await LoginThereAsync();

        using var moved = await app.PostAsync("/login/former", new { refresh_token = token });
        var session = await TokenSet.ReadAsync(moved);
        using var unknown = await app.PostAsync("/login/former", new { refresh_token = token + "x" });
        await _old.StopAsync();
        using var again = await app.PostAsync("/login/former", new { refresh_token = token });

        Assert.Equal("former_token_invalid", (await ProblemAnswer.ReadAsync(unknown)).Code);
        Assert.Equal(session.SessionId, (await TokenSet.ReadAsync(again)).SessionId);
    }

    [Fact]
    public async Task A_session_that_a_new_password_has_ended_there_does_not_go_on()
    {
        await using var app = await StartAsync();
        var token = await LoginThereAsync();
        await using (var scope = _old.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>();
            await users.ChangePasswordAsync((await users.FindByEmailAsync(HandstampApp.Email))!, Password, "Tulip-3");
        }

        using var answer = await app.PostAsync("/login/former", new { refresh_token = token });

        Assert.Equal("former_token_invalid", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task A_wrong_secret_says_nothing_about_anybody()
    {
        await using var app = await StartAsync("another-secret-of-nobody");

        using var login = await app.PostAsync("/login", new { email = HandstampApp.Email, password = Password });
        using var moved = await app.PostAsync("/login/former", new { refresh_token = await LoginThereAsync() });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, login.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, moved.StatusCode);
    }

    static void MapCallbacks(WebApplication app, string secret)
    {
        app.MapPost("/callbacks/password", async (HttpContext context, PasswordQuestion question, UserManager<IdentityUser> users) =>
        {
            if (context.Request.Headers.Authorization != $"Bearer {secret}") return Results.NotFound();
            var user = await users.FindByEmailAsync(question.Email);
            return user is not null && await users.CheckPasswordAsync(user, question.Password) ? Results.NoContent() : Results.Unauthorized();
        });

        app.MapPost("/callbacks/session", async (
            HttpContext context, SessionQuestion question, SignInManager<IdentityUser> signIn, IOptionsMonitor<BearerTokenOptions> tokens) =>
        {
            if (context.Request.Headers.Authorization != $"Bearer {secret}") return Results.NotFound();
            var ticket = tokens.Get(IdentityConstants.BearerScheme).RefreshTokenProtector.Unprotect(question.RefreshToken);
            return ticket?.Properties.ExpiresUtc > DateTimeOffset.UtcNow
                && await signIn.ValidateSecurityStampAsync(ticket.Principal) is { } user
                    ? Results.Ok(new { email = user.Email, amr = new[] { "pwd" } })
                    : Results.Unauthorized();
        });
    }

    async Task<HandstampApp> StartAsync(string secret = Secret)
    {
        var app = await HandstampApp.StartAsync(new()
        {
            ["FormerSystem:PasswordUrl"] = $"{_old.Urls.Single()}/callbacks/password",
            ["FormerSystem:SessionUrl"] = $"{_old.Urls.Single()}/callbacks/session",
            ["FormerSystem:Secret"] = secret,
            ["FormerSystem:Until"] = "2026-03-31",
        });
        await app.Get<IAccountStore>().TryCreateAsync(TestAccounts.Account(Account.FormerPassword, HandstampApp.Email));
        return app;
    }

    async Task<string> LoginThereAsync()
    {
        using var answer = await _http.PostAsJsonAsync("/login", new { email = HandstampApp.Email, password = Password });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refreshToken").GetString()!;
    }
}

sealed record PasswordQuestion(string Email, string Password);

sealed record SessionQuestion([property: JsonPropertyName("refresh_token")] string RefreshToken);
