using System.Net;
using System.Text.Json;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class ShowAccountTests
{
    [Fact]
    public async Task The_caller_sees_the_present_state_of_the_account()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();
        var token = (await service.LogInAsync()).AccessToken;
        await service.Operations.SetRolesAsync(account, ["Admin", "billing"]);
        await service.Operations.SetClaimsAsync((await service.FindAsync(account.Id))!, [new("group", "a"), new("tenant", "acme"), new("group", "b")]);

        using var answer = await service.GetAsync("/me", token);

        var shown = await AccountService.ReadAsync(answer, HttpStatusCode.OK);
        Assert.Equal(["id", "email", "email_verified", "roles", "claims", "created_at"], Names(shown));
        Assert.Equal(account.Id, shown.GetProperty("id").GetGuid());
        Assert.Equal(TestAccounts.Email, shown.GetProperty("email").GetString());
        Assert.Equal("""["Admin","billing"]""", shown.GetProperty("roles").GetRawText());
        Assert.Equal("""{"group":["a","b"],"tenant":["acme"]}""", shown.GetProperty("claims").GetRawText());
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task An_account_without_claims_shows_none()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        var token = (await service.LogInAsync()).AccessToken;

        using var answer = await service.GetAsync("/me", token);

        var shown = await AccountService.ReadAsync(answer, HttpStatusCode.OK);
        Assert.Equal(["id", "email", "email_verified", "roles", "created_at"], Names(shown));
        Assert.Equal("[]", shown.GetProperty("roles").GetRawText());
    }

    [Fact]
    public async Task Without_an_access_token_nothing_is_shown()
    {
        await using var service = await AccountService.StartAsync();

        using var answer = await service.GetAsync("/me");

        await AccountService.RefusedAsync(answer, HttpStatusCode.Unauthorized, "access_token_missing");
    }

    static IEnumerable<string> Names(JsonElement shown) => shown.EnumerateObject().Select(member => member.Name);
}
