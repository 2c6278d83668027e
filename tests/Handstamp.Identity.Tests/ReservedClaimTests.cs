using System.Buffers.Text;
using System.Security.Claims;
using System.Text.Json;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>Claims that the app has given a user, with the names that an access token needs itself.</summary>
public sealed class ReservedClaimTests
{
    [Fact]
    public async Task They_add_nothing_to_what_the_token_says_itself()
    {
        await using var app = await IdentityApp.StartAsync(Wire.Handstamp);
        await app.RegisterAsync();
        foreach (var name in new[] { "name", "email", "amr", "AMR", "sid", "sub", "roles", "iss", "exp", "scope", ClaimTypes.Name, ClaimTypes.Email })
            await GiveAsync(app, new Claim(name, "forged"));
        await GiveAsync(app, new Claim("amr", "pwd"));
        await GiveAsync(app, new Claim("tenant", "7"));

        var tokens = await app.LoginAsync();

        foreach (var token in new[] { tokens, Tokens.Of(await app.RefreshAsync(tokens)) })
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.AccessToken.Split('.')[1]));
            Assert.DoesNotContain("forged", payload.RootElement.GetRawText(), StringComparison.Ordinal);
            Assert.Equal(
                (IdentityApp.Email, IdentityApp.Email, "7"),
                (Text(payload, "name"), Text(payload, "email"), Text(payload, "tenant")));
            Assert.Equal("pwd", Assert.Single(payload.RootElement.GetProperty("amr").EnumerateArray()).GetString());
            var claims = await app.ClaimsAsync(token.AccessToken);
            Assert.Equal([IdentityApp.Email], claims[ClaimTypes.Name]);
            Assert.Equal(["pwd"], claims["amr"]);
        }
    }

    static string? Text(JsonDocument payload, string name) => payload.RootElement.GetProperty(name).GetString();

    static Task GiveAsync(IdentityApp app, Claim claim) =>
        app.WithUsersAsync(async users => await users.AddClaimAsync((await users.FindByEmailAsync(IdentityApp.Email))!, claim));
}
