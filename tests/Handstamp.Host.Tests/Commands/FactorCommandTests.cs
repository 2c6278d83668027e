using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

public sealed class FactorCommandTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task The_factors_of_an_account_are_listed_and_removed()
    {
        await _here.AddAccountAsync(Ada);
        await using (var service = await _here.ServeAsync())
        {
            using var http = new HttpClient { BaseAddress = service.Address };
            await EnrolAsync(http);
            Assert.Equal("mfa_required", (await LoginAsync(http)).GetProperty("code").GetString());
        }

        var listed = await _here.AskAsync("user", "factors", Ada);
        var lines = (await _here.RunAsync("user", "factors", Ada)).Output;
        Assert.Contains("Pass --yes to confirm", await _here.FailAsync(1, "user", "reset-factors", Ada));
        await _here.AskAsync("user", "reset-factors", Ada, "--yes");

        var factor = Assert.Single(listed.GetProperty("factors").EnumerateArray());
        Assert.Equal(("totp", "Telephone"), (factor.GetProperty("kind").GetString(), factor.GetProperty("name").GetString()));
        Assert.Equal(10, listed.GetProperty("recovery_codes").GetInt32());
        Assert.Contains("Telephone", lines);
        Assert.Contains("Recovery codes left: 10\n", lines);
        Assert.Equal("ada@example.com has no second factor.\n", await _here.FailAsync(1, "user", "reset-factors", Ada, "--yes"));
        var kinds = (await _here.AskAsync("audit", "list", "--kind", "factor")).EnumerateArray().Select(done => done.GetProperty("kind").GetString());
        Assert.Equal(["factor.added", "factor.reset"], kinds.Order());
        await using (var service = await _here.ServeAsync())
        {
            using var http = new HttpClient { BaseAddress = service.Address };
            Assert.True((await LoginAsync(http)).TryGetProperty("access_token", out _));
        }
    }

    [Fact]
    public async Task The_passkeys_of_an_account_are_listed_and_removed()
    {
        var authenticator = new Authenticator();
        await _here.AddAccountAsync(Ada);
        await using (var service = await _here.ServeAsync($"--Passkeys:RelyingPartyId={authenticator.RpId}", $"--Passkeys:Origins={authenticator.Origin}"))
        {
            using var http = new HttpClient { BaseAddress = service.Address };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer", (await LoginAsync(http)).GetProperty("access_token").GetString());
            var begun = await PostAsync(http, "/passkeys/options", new { });
            await PostAsync(http, "/passkeys", new
            {
                ceremony = begun.GetProperty("ceremony").GetString(),
                credential = authenticator.Create(begun.GetProperty("options")),
                name = "Key ring",
            });
        }

        var passkey = Assert.Single((await _here.AskAsync("user", "passkeys", Ada)).EnumerateArray());
        var id = passkey.GetProperty("id").GetString()!;
        Assert.Contains("is not the id of a passkey", (await _here.RunAsync("user", "remove-passkey", Ada, "x")).Error);
        Assert.Contains("has no passkey", await _here.FailAsync(1, "user", "remove-passkey", Ada, Guid.Empty.ToString()));
        await _here.AskAsync("user", "remove-passkey", Ada, id[^8..]);

        Assert.Equal("Key ring", passkey.GetProperty("name").GetString());
        Assert.Equal(0, (await _here.AskAsync("user", "passkeys", Ada)).GetArrayLength());
        var removed = Assert.Single((await _here.AskAsync("audit", "list", "--kind", "passkey.removed")).EnumerateArray());
        Assert.Equal(id, removed.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_data_key_can_not_be_revoked()
    {
        await _here.AddAccountAsync(Ada);
        await using (await _here.ServeAsync())
        {
        }
        var key = (await _here.AskAsync("keys", "list")).EnumerateArray().Single(key => key.GetProperty("purpose").GetString() == "data");

        var error = await _here.FailAsync(1, "keys", "revoke", key.GetProperty("id").GetString()!, "--yes");

        Assert.Contains("It encrypts the secrets of authenticator apps", error);
    }

    [Theory]
    [InlineData("factors")]
    [InlineData("reset-factors")]
    public async Task An_account_that_is_not_there_is_named(string command) =>
        Assert.Equal("No account nobody@example.com exists.\n", await _here.FailAsync(1, "user", command, "nobody@example.com"));

    static async Task EnrolAsync(HttpClient http)
    {
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await LoginAsync(http)).GetProperty("access_token").GetString());
        var secret = (await PostAsync(http, "/mfa/totp", new { })).GetProperty("secret").GetString()!;
        await PostAsync(http, "/mfa/totp/confirm", new { code = AuthenticatorApp.CodeOf(secret), name = "Telephone" });
    }

    static Task<JsonElement> LoginAsync(HttpClient http) =>
        PostAsync(http, "/login", new { email = Ada, password = HandstampClient.Password });

    static async Task<JsonElement> PostAsync(HttpClient http, string route, object body)
    {
        using var answer = await http.PostAsJsonAsync(route, body);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
