using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>The real service, samples/Api with Handstamp.Bearer, and an operator who revokes the signing key.</summary>
public sealed class RevokedKeyTests : IAsyncLifetime
{
    const string Password = "correct horse battery staple";

    readonly TempDirectory _data = new();
    ListeningProcess _service = null!;
    ListeningProcess _api = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await HandstampProcess.StartAsync(_data.Path, "--Logging:Level=Warning");
        _api = await SampleApi.StartAsync(_service.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _service.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task After_keys_revoke_the_next_calls_succeed_and_nobody_is_logged_out()
    {
        var options = new HandstampClientOptions { Url = _service.Address.OriginalString, Apis = { _api.Address.OriginalString } };
        using var client = new HandstampClient(options);
        using var http = client.CreateHttpClient();
        await client.RegisterAsync("ada@example.com", Password);
        await client.LoginAsync("ada@example.com", Password);
        var before = await client.GetAccessTokenAsync();
        Assert.Equal(HttpStatusCode.OK, await MeAsync(http));

        var command = await HandstampExecutable.RunAsync("keys", "revoke", KeyOf(before), "--yes", "--data", _data.Path);
        Assert.Equal(0, command.ExitCode);
        using var plain = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", before) } };
        await Eventually.TrueAsync(
            async () => await MeAsync(plain) == HttpStatusCode.Unauthorized && await UserAsync(plain) == HttpStatusCode.Unauthorized,
            "the API and the service refuse tokens of the revoked key");

        Assert.Equal(HttpStatusCode.OK, await MeAsync(http));
        Assert.Equal("ada@example.com", (await client.GetUserAsync())?.Email);
        Assert.NotEqual(KeyOf(before), KeyOf(await client.GetAccessTokenAsync()));
    }

    async Task<HttpStatusCode> MeAsync(HttpClient http) => (await http.GetAsync(new Uri(_api.Address, "me"))).StatusCode;

    async Task<HttpStatusCode> UserAsync(HttpClient http) => (await http.GetAsync(new Uri(_service.Address, "me"))).StatusCode;

    static string KeyOf(string token)
    {
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]));
        return header.RootElement.GetProperty("kid").GetString()!;
    }
}
