using System.Buffers.Text;
using System.Net;
using System.Text.Json.Nodes;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>The real service, whose tokens are for APIs.</summary>
public sealed class DeclaredAudiencesTests : IAsyncLifetime
{
    const string Api = "https://api.test";
    const string Other = "https://other.test";
    const string Email = "ada@example.com";
    const string Password = "correct horse battery staple";

    readonly TempDirectory _data = new();
    readonly Network _network = new();
    ListeningProcess _service = null!;

    public async ValueTask InitializeAsync() => _service = await HandstampProcess.StartAsync(
        _data.Path, $"--Audiences={Api},{Other}", "--Logging:Level=Warning");

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _network.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_token_is_for_the_first_audience_and_the_services_own_routes_get_another_token()
    {
        using var client = await LoggedInAsync();

        var user = await client.GetUserAsync();
        var device = Assert.Single(await client.ListDevicesAsync());
        await client.RenameDeviceAsync(device.Id, "Kitchen");

        Assert.Equal(Email, user?.Email);
        Assert.Equal(1, _network.Refreshes);
        Assert.Equal(Api, AudienceOf(await client.GetAccessTokenAsync()));
    }

    [Fact]
    public async Task An_app_gets_a_token_for_the_requested_resource()
    {
        using var client = await LoggedInAsync(Other);
        Assert.Equal(Other, AudienceOf(await client.GetAccessTokenAsync()));
    }

    [Fact]
    public async Task An_app_gets_a_token_for_its_resource_after_a_password_change_too()
    {
        using var client = await LoggedInAsync(Other);
        await client.ChangePasswordAsync(Password, "new " + Password);
        Assert.Equal(Other, AudienceOf(await client.GetAccessTokenAsync()));
        Assert.Equal(Email, (await client.GetUserAsync())?.Email);
    }

    [Fact]
    public async Task An_undeclared_resource_is_refused()
    {
        var fault = await Assert.ThrowsAsync<HandstampException>(() => LoggedInAsync("https://nobody.test"));
        Assert.Equal((HttpStatusCode.BadRequest, HandstampErrorCodes.InvalidTarget, false), (fault.StatusCode, fault.Code, fault.Definitive));
    }

    async Task<HandstampClient> LoggedInAsync(string? resource = null)
    {
        var client = new HandstampClient(new()
        {
            Url = _service.Address.OriginalString,
            Resource = resource,
            BackchannelHttpHandler = _network,
            Timings = new() { Request = Eventually.Timeout },
        });
        await client.RegisterAsync(Email, Password);
        await client.LoginAsync(Email, Password);
        return client;
    }

    static string? AudienceOf(string token) =>
        (string?)JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!["aud"];
}
