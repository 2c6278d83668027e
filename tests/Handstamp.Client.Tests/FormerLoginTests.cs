using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>A session of another system goes on, by its refresh token.</summary>
public sealed class FormerLoginTests : IDisposable
{
    const string Email = "ada@example.com";
    const string Old = "CfDJ8-a-refresh-token-of-the-former-system";

    readonly TempDirectory _data = new();

    [Fact]
    public async Task A_person_stays_logged_in_and_the_session_is_listed_by_its_name()
    {
        using var former = new TinyServer("200 OK", "Content-Type: application/json", $$"""{"email":"{{Email}}"}""");
        await using var service = await StartAsync(former.Address);
        using var client = Client(service);
        await client.RegisterAsync(Email, "correct horse battery staple");

        await client.LoginWithFormerTokenAsync(Old, "Phone");

        Assert.Equal(Email, (await client.GetUserAsync())!.Email);
        Assert.Equal("Phone", Assert.Single(await client.ListDevicesAsync()).DeviceName);
        Assert.Contains("Authorization: Bearer a-secret-of-the-callback", Assert.Single(former.Heads));
    }

    [Theory]
    [InlineData("401 Unauthorized", HandstampErrorCodes.FormerTokenInvalid, true)]
    [InlineData("500 Internal Server Error", HandstampErrorCodes.FormerSystemUnavailable, false)]
    public async Task A_refusal_says_whether_to_log_in(string answer, string code, bool isDefinitive)
    {
        using var former = new TinyServer(answer, "Content-Type: application/json");
        await using var service = await StartAsync(former.Address);
        using var client = Client(service);

        var fault = await Assert.ThrowsAsync<HandstampException>(() => client.LoginWithFormerTokenAsync(Old));

        Assert.Equal((code, isDefinitive), (fault.Code, fault.Definitive));
    }

    public void Dispose() => _data.Dispose();

    Task<ListeningProcess> StartAsync(Uri callback) => HandstampProcess.StartAsync(
        _data.Path, $"--FormerSystem:SessionUrl={callback}", "--FormerSystem:Secret=a-secret-of-the-callback",
        "--FormerSystem:Until=2999-12-31", "--Logging:Level=Warning");

    static HandstampClient Client(ListeningProcess service) =>
        new(new HandstampClientOptions { Url = service.Address.OriginalString, Store = new MemoryTokenStore() });
}
