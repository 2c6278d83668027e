using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Tests.Accounts;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Xunit;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Handstamp.Server.Tests.SignIn.Former;

/// <summary>The former system is an OpenIddict server, and the callback is that of the guide.</summary>
public sealed class OpenIddictTests : IAsyncLifetime
{
    const string Secret = "a-secret-of-the-callbacks";
    const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    readonly string _name = RandomNumberGenerator.GetHexString(16);
    WebApplication _old = null!;
    HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        builder.Services.AddDbContext<DbContext>(options => options.UseInMemoryDatabase(_name).UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(server =>
            {
                server.SetIssuer("https://old.example.com/");
                server.SetTokenEndpointUris("connect/token");
                server.AllowPasswordFlow().AllowRefreshTokenFlow().AcceptAnonymousClients().SetRefreshTokenReuseLeeway(TimeSpan.Zero);
                server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
                server.UseAspNetCore().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();
            });
        _old = builder.Build();
        _old.UseAuthentication();
        _old.MapPost("/connect/token", (Delegate)ExchangeAsync);
        MapCallback(_old, Secret);
        await _old.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_old.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _old.StopAsync();
        await _old.DisposeAsync();
    }

    [Fact]
    public async Task A_session_goes_on_here_and_its_token_is_not_used_up_there()
    {
        await using var app = await StartAsync();
        var token = await TokenAsync(("grant_type", "password"), ("username", HandstampApp.Email), ("password", "tulip"), ("scope", "offline_access"));

        using var moved = await app.PostAsync("/login/former", new { refresh_token = token });
        var session = await TokenSet.ReadAsync(moved);
        Assert.NotNull(await TokenAsync(("grant_type", "refresh_token"), ("refresh_token", token!)));
        using var again = await app.PostAsync("/login/former", new { refresh_token = token });

        Assert.Equal(session.SessionId, (await TokenSet.ReadAsync(again)).SessionId);
    }

    [Fact]
    public async Task A_token_that_was_used_there_begins_no_session_here()
    {
        await using var app = await StartAsync();
        var token = await TokenAsync(("grant_type", "password"), ("username", HandstampApp.Email), ("password", "tulip"), ("scope", "offline_access"));
        await TokenAsync(("grant_type", "refresh_token"), ("refresh_token", token!));

        foreach (var text in (string[])[token!, "nonsense"])
        {
            using var answer = await app.PostAsync("/login/former", new { refresh_token = text });
            Assert.Equal("former_token_invalid", (await ProblemAnswer.ReadAsync(answer)).Code);
        }
    }

    static void MapCallback(WebApplication app, string secret)
    {
        app.MapPost("/callbacks/session", async (
            HttpContext context, SessionQuestion question, IOpenIddictServerFactory factory, IOpenIddictServerDispatcher dispatcher) =>
        {
            if (context.Request.Headers.Authorization != $"Bearer {secret}") return Results.NotFound();
            var check = new ValidateTokenContext(await factory.CreateTransactionAsync())
            {
                Token = question.RefreshToken,
                ValidTokenTypes = { TokenTypeIdentifiers.RefreshToken },
            };
            await dispatcher.DispatchAsync(check);
            return check.IsRejected || check.Principal is null
                ? Results.Unauthorized()
                : Results.Ok(new { email = check.Principal.GetClaim(Claims.Email), amr = new[] { "pwd" } });
        });
    }

    static async Task<IResult> ExchangeAsync(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest()!;
        if (!request.IsPasswordGrantType())
            return Results.SignIn((await context.AuthenticateAsync(Scheme)).Principal!, authenticationScheme: Scheme);
        var identity = new ClaimsIdentity("password", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, "7").SetClaim(Claims.Email, request.Username);
        identity.SetScopes(request.GetScopes());
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: Scheme);
    }

    async Task<HandstampApp> StartAsync()
    {
        var app = await HandstampApp.StartAsync(new()
        {
            ["FormerSystem:SessionUrl"] = $"{_old.Urls.Single()}/callbacks/session",
            ["FormerSystem:Secret"] = Secret,
            ["FormerSystem:Until"] = "2026-03-31",
        });
        await app.Get<IAccountStore>().TryCreateAsync(TestAccounts.Account(null, HandstampApp.Email));
        return app;
    }

    async Task<string?> TokenAsync(params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(one => KeyValuePair.Create(one.Name, one.Value)));
        using var answer = await _http.PostAsync("/connect/token", content);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return json.TryGetProperty("refresh_token", out var token) ? token.GetString() : throw new InvalidOperationException(json.GetRawText());
    }
}
