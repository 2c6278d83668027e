using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary><c>POST /refresh</c></summary>
public sealed class RefreshTests
{
    [Theory, OnBoth]
    public async Task A_refresh_token_brings_new_tokens(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var first = await app.RegisterAndLoginAsync();

        var second = Tokens.Of(await app.PostAsync("/refresh", new { first.RefreshToken }));
        var third = Tokens.Of(await app.PostAsync("/refresh", new { second.RefreshToken }));

        Assert.Equal(first.ExpiresIn, third.ExpiresIn);
        (await app.GetAsync("/hello", third.AccessToken)).IsOk();
    }

    [Theory, OnBoth]
    public async Task What_is_no_refresh_token_is_refused(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        string?[] others = [null, "", " ", "x", "CfDJ8", tokens.AccessToken, tokens.RefreshToken + "x", tokens.RefreshToken[..^1], new string('a', 10_000), "ü\0"];
        foreach (var refreshToken in others)
            (await app.PostAsync("/refresh", new { refreshToken })).IsUnauthorized();
        (await app.PostAsync("/refresh", new { })).IsBadRequest();
    }

    [Theory, OnBoth]
    public async Task One_that_nobody_used_for_long_expires(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        app.Jump(TimeSpan.FromDays(400));

        (await app.PostAsync("/refresh", new { tokens.RefreshToken })).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task It_outlives_the_access_token(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        app.Jump(TimeSpan.FromDays(13));

        Tokens.Of(await app.PostAsync("/refresh", new { tokens.RefreshToken }));
    }

    [Theory, OnBoth]
    public async Task A_new_stamp_ends_it(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        await app.WithUsersAsync(async users => await users.UpdateSecurityStampAsync((await users.FindByEmailAsync(IdentityApp.Email))!));

        (await app.PostAsync("/refresh", new { tokens.RefreshToken })).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task A_deleted_user_has_none(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        await app.WithUsersAsync(async users => await users.DeleteAsync((await users.FindByEmailAsync(IdentityApp.Email))!));

        (await app.PostAsync("/refresh", new { tokens.RefreshToken })).IsUnauthorized();
    }

    [Theory, OnBoth]
    public async Task The_new_access_token_has_the_users_new_name(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        await app.WithUsersAsync(async users =>
        {
            var user = (await users.FindByEmailAsync(IdentityApp.Email))!;
            user.UserName = "countess@example.com";
            return await users.UpdateAsync(user);
        });
        var refreshed = Tokens.Of(await app.PostAsync("/refresh", new { tokens.RefreshToken }));

        Assert.Equal("Hello, countess@example.com!", (await app.GetAsync("/hello", refreshed.AccessToken)).IsOk().Body);
    }

    [Theory, OnBoth]
    public async Task Two_logins_are_refreshed_apart(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();
        var (phone, tablet) = (await app.LoginAsync(), await app.LoginAsync());

        Tokens.Of(await app.PostAsync("/refresh", new { phone.RefreshToken }));
        Tokens.Of(await app.PostAsync("/refresh", new { tablet.RefreshToken }));
    }

    [Theory, OnBoth]
    public async Task A_lost_answer_costs_no_login(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        Tokens.Of(await app.PostAsync("/refresh", new { tokens.RefreshToken }));
        Tokens.Of(await app.PostAsync("/refresh", new { tokens.RefreshToken }));
    }

    [Theory, OnBoth]
    public async Task The_new_access_token_has_a_new_role(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();
        await app.GiveRoleAsync("admin");

        tokens = Tokens.Of(await app.RefreshAsync(tokens));

        Assert.Equal(["admin"], (await app.ClaimsAsync(tokens.AccessToken))[System.Security.Claims.ClaimTypes.Role]);
    }
}
