using Microsoft.AspNetCore.Builder;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary><c>POST /login</c> with a password, answered with tokens.</summary>
public sealed class LoginTests
{
    [Theory, OnBoth]
    public async Task The_access_token_opens_the_routes_of_the_app(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();

        var answer = await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password });

        Assert.Empty(answer.Cookies);
        var tokens = Tokens.Of(answer);
        Assert.Equal($"Hello, {IdentityApp.Email}!", (await app.GetAsync("/hello", tokens.AccessToken)).IsOk().Body);
    }

    [Theory, OnBoth]
    public async Task The_member_names_follow_the_apps_naming_policy(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, services: services =>
            services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower));
        await app.RegisterAsync();

        var answer = await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password });

        Assert.Equal(["token_type", "access_token", "expires_in", "refresh_token"], answer.IsOk().Members);
    }

    [Theory, OnBoth]
    public async Task Unknown_addresses_and_wrong_passwords_look_alike(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();

        var wrong = await app.PostAsync("/login", new { email = IdentityApp.Email, password = "wrong" });
        var unknown = await app.PostAsync("/login", new { email = "nobody@example.com", password = IdentityApp.Password });

        wrong.IsRefused("Failed");
        Assert.Equal(wrong.Body, unknown.Body);
    }

    [Theory, OnBoth]
    public async Task Too_many_wrong_passwords_lock_the_account_as_the_app_says(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity => identity.Lockout.MaxFailedAccessAttempts = 2);
        await app.RegisterAsync();

        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = "wrong" })).IsRefused("Failed");
        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = "wrong" })).IsRefused("LockedOut");
        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("LockedOut");

        var until = await app.WithUsersAsync(async users => await users.GetLockoutEndDateAsync((await users.FindByEmailAsync(IdentityApp.Email))!));
        Assert.InRange(until!.Value, DateTimeOffset.UtcNow.AddMinutes(3), DateTimeOffset.UtcNow.AddMinutes(6));
    }

    [Theory, OnBoth]
    public async Task An_app_may_have_no_lockout(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity =>
        {
            identity.Lockout.AllowedForNewUsers = false;
            identity.Lockout.MaxFailedAccessAttempts = 1;
        });
        await app.RegisterAsync();

        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = "wrong" })).IsRefused("Failed");
        await app.LoginAsync();
    }

    [Theory, OnBoth]
    public async Task A_right_password_ends_the_count_of_the_wrong_ones(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity => identity.Lockout.MaxFailedAccessAttempts = 2);
        await app.RegisterAsync();

        for (var round = 0; round < 3; round++)
        {
            (await app.PostAsync("/login", new { email = IdentityApp.Email, password = "wrong" })).IsRefused("Failed");
            await app.LoginAsync();
        }
    }

    [Theory, OnBoth]
    public async Task Without_a_token_the_routes_of_the_app_are_closed(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        (await app.GetAsync("/hello")).IsUnauthorized();
        foreach (var header in new[] { "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic YTpi" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/hello");
            request.Headers.TryAddWithoutValidation("Authorization", header);
            using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
            (await Answer.ReadAsync(response)).IsUnauthorized();
        }
    }

    [Theory, OnBoth]
    public async Task A_refresh_token_opens_no_route(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.GetAsync("/hello", tokens.RefreshToken)).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task The_access_token_lives_for_as_long_as_the_answer_says(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        app.Jump(TimeSpan.FromSeconds(tokens.ExpiresIn - 1));
        (await app.GetAsync("/hello", tokens.AccessToken)).IsOk();
        app.Jump(TimeSpan.FromSeconds(1));
        (await app.GetAsync("/hello", tokens.AccessToken)).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task A_policy_of_the_app_sees_the_roles(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, services: services => services.AddAuthorizationBuilder()
            .AddPolicy("admins", policy => policy.RequireRole("admin")), routes: routes =>
                routes.MapGet("/admin", () => "in").RequireAuthorization("admins"));
        var tokens = await app.RegisterAndLoginAsync();

        (await app.GetAsync("/admin", tokens.AccessToken)).IsEmpty(System.Net.HttpStatusCode.Forbidden);

        await app.GiveRoleAsync("admin");
        tokens = await app.LoginAsync();
        (await app.GetAsync("/admin", tokens.AccessToken)).IsOk();
        tokens = Tokens.Of(await app.RefreshAsync(tokens));
        (await app.GetAsync("/admin", tokens.AccessToken)).IsOk();
    }
}
