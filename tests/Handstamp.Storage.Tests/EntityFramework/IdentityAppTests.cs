using System.Net;
using System.Text.Json;
using Handstamp.Identity;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests.EntityFramework;

public sealed class IdentityAppTests
{
    [Fact]
    public async Task A_session_begins_is_used_is_refreshed_and_ends()
    {
        await using var app = await IdentityApp.StartAsync();
        Assert.True(await app.RegisterAsync("ada"));
        var tokens = await app.LogInAsync("ada");

        using (var me = await app.CallAsync(HttpMethod.Get, "/me", tokens.Access))
            Assert.Equal("ada", await me.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.IsType<RefreshOutcome.Granted>(await app.RefreshAsync(tokens.Refresh));
        Assert.True(await app.WithSessionsAsync(sessions => sessions.EndAsync(tokens.Session, Given.By)));

        using var late = await app.CallAsync(HttpMethod.Get, "/me", tokens.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.IsType<RefreshOutcome.Refused>(await app.RefreshAsync(tokens.Refresh));
    }

    [Fact]
    public async Task A_sign_in_manager_that_signs_in_writes_our_tokens()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");

        using var answer = await app.Http.PostAsync("/sign-in?name=ada", null, TestContext.Current.CancellationToken);

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["tokenType", "accessToken", "expiresIn", "refreshToken"], body.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.StartsWith("hsr_", body.RootElement.GetProperty("refreshToken").GetString(), StringComparison.Ordinal);
        using var me = await app.CallAsync(HttpMethod.Get, "/me", body.RootElement.GetProperty("accessToken").GetString()!);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task Other_services_find_the_keys()
    {
        await using var app = await IdentityApp.StartAsync();

        foreach (var path in (string[])["/.well-known/jwks.json", "/.well-known/openid-configuration"])
        {
            using var answer = await app.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }
}
