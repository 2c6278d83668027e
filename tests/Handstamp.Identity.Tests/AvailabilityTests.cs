using System.Net;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>What cannot be decided now is no end: clients of MapIdentityApi give a token up only at 401.</summary>
public sealed class AvailabilityTests
{
    [Fact]
    public async Task While_the_sessions_cannot_be_reached_clients_keep_their_tokens()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();

        await app.RunAsync($"ALTER TABLE HandstampSessions RENAME TO Gone");
        (await app.RefreshAsync(tokens)).IsLater(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsLater(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        (await app.GetAsync("/manage/sessions", tokens.AccessToken)).IsLater(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        (await app.GetAsync("/hello", tokens.AccessToken)).IsOk();

        await app.RunAsync($"ALTER TABLE Gone RENAME TO HandstampSessions");
        Tokens.Of(await app.RefreshAsync(tokens));
    }

    [Fact]
    public async Task At_the_end_of_the_retry_window_a_client_waits()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        var tokens = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromMinutes(11));
        Tokens.Of(await app.RefreshAsync(tokens));

        app.Jump(TimeSpan.FromSeconds(29));

        (await app.RefreshAsync(tokens)).IsLater(HttpStatusCode.Conflict, "refresh_token_superseded");
    }

    [Fact]
    public async Task The_settings_are_read_from_the_configuration()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp, settings: new()
        {
            ["Handstamp:WhenUsedAgain"] = "Allow",
            ["Handstamp:WhenCredentialsChange"] = "EndAllSessions",
            ["Handstamp:AccessTokenLifetime"] = "01:00:00",
            ["Handstamp:AbsoluteLifetime"] = "366.00:00:00",
        });

        Assert.Equal(3600, (await app.RegisterAndLoginAsync()).ExpiresIn);
    }
}
