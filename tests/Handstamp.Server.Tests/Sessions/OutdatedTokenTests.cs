using System.Net;
using Handstamp.Server.Keys;
using Handstamp.TestBed;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>
/// Access tokens from before a change of the service. They are refused, but the session continues, and its next token
/// works.
/// </summary>
public sealed class OutdatedTokenTests
{
    [Fact]
    public async Task A_token_of_a_revoked_key_is_refused_with_the_advice_to_refresh_and_the_next_one_works()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        var keys = app.Services.GetRequiredService<KeyRingService>();
        var signing = keys.Ring.Stored.Keys.Single(key => key.Purpose == KeyPurpose.Sign);

        Assert.True(await keys.RevokeAsync(signing.Id, default));

        await OutdatedAsync(app, login.AccessToken);
        await AcceptedAsync(app, (await app.RefreshedAsync(login.RefreshToken!)).AccessToken);
    }

    [Fact]
    public async Task A_token_from_before_the_issuer_was_renamed_is_refused_with_the_same_advice()
    {
        using var directory = new TempDirectory();
        TokenSet login;
        await using (var before = await HandstampApp.StartAsync(directory: directory.Path)) login = await before.RegisterAndLoginAsync();
        await using var app = await HandstampApp.StartAsync(new() { ["Issuer"] = "https://login.example.com" }, directory.Path);

        await OutdatedAsync(app, login.AccessToken);
        await AcceptedAsync(app, (await app.RefreshedAsync(login.RefreshToken!)).AccessToken);
    }

    [Fact]
    public async Task A_token_of_a_session_that_a_password_change_has_just_replaced_is_refused_with_the_same_advice()
    {
        await using var app = await HandstampApp.StartAsync();
        var old = await app.RegisterAndLoginAsync();
        using var change = await app.SendAsync(
            HttpMethod.Post, "/password/change", new { current_password = HandstampApp.Password, new_password = "a green umbrella" }, old.AccessToken);

        await OutdatedAsync(app, old.AccessToken);
        await AcceptedAsync(app, (await TokenSet.ReadAsync(change)).AccessToken);
    }

    [Fact]
    public async Task An_expired_token_is_reported_as_expired_although_its_session_was_replaced()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:AccessTokenLifetime"] = "30s", ["Sessions:RetryWindow"] = "5m" });
        var old = await app.RegisterAndLoginAsync();
        (await app.SendAsync(
            HttpMethod.Post, "/password/change", new { current_password = HandstampApp.Password, new_password = "a green umbrella" }, old.AccessToken)).Dispose();
        app.Jump(TimeSpan.FromSeconds(30));

        using var answer = await app.SendAsync(HttpMethod.Get, "/me", accessToken: old.AccessToken);

        Assert.Equal("access_token_expired", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    static async Task OutdatedAsync(HandstampApp app, string token)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, "/me", accessToken: token);
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((HttpStatusCode.Unauthorized, "access_token_outdated", false), (answer.StatusCode, problem.Code, problem.Definitive));
        Assert.EndsWith(", code=\"access_token_outdated\"", answer.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
    }

    static async Task AcceptedAsync(HandstampApp app, string token)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, "/me", accessToken: token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
