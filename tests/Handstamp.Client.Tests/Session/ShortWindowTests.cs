using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Handstamp.Client.Session;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests.Session;

/// <summary>The real service with a window that is short enough to wait for.</summary>
public sealed class ShortWindowTests : IAsyncLifetime
{
    const string Email = "ada@example.com";
    const string Password = "correct horse battery staple";

    readonly TempDirectory _data = new();
    readonly MemoryTokenStore _store = new();
    readonly Network _network = new();
    ListeningProcess _service = null!;

    public async ValueTask InitializeAsync() => _service = await HandstampProcess.StartAsync(
        _data.Path, "--Sessions:RetryWindow=00:00:06", "--Logging:Level=Warning");

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _network.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_client_that_refreshes_in_the_quiet_gap_gets_a_token_when_the_gap_is_over()
    {
        using var client = new HandstampClient(new()
        {
            Url = _service.Address.OriginalString,
            Store = _store,
            BackchannelHttpHandler = _network,
        });
        await client.RegisterAsync(Email, Password);
        await client.LoginAsync(Email, Password);
        var token = await client.Keeper.CurrentAsync(default);
        var shown = (await StoredAsync()).RefreshToken;
        // The answer with the successor does not reach the client.
        await ShowUntilAsync(shown, (status, body) => status == HttpStatusCode.OK && (string?)body["refresh_token"] != shown);
        await ShowUntilAsync(shown, (status, _) => status == HttpStatusCode.Conflict);

        Assert.NotEqual(token.AccessToken, (await client.Keeper.AfterAsync(token, TokenRefusal.Outdated, default))?.AccessToken);

        Assert.Equal(2, _network.Refreshes);
        Assert.Equal((6, false), ((await StoredAsync()).RetryWindow, (await StoredAsync()).RefreshToken == shown));
    }

    async Task<StoredSession> StoredAsync() => StoredSession.Read(await _store.ReadAsync(default))!;

    /// <summary>Sends the token until the answer matches.</summary>
    async Task ShowUntilAsync(string token, Func<HttpStatusCode, JsonNode, bool> isSo)
    {
        using var http = new HttpClient { BaseAddress = _service.Address };
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await http.PostAsJsonAsync("refresh", new { refresh_token = token });
            return isSo(answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>())!);
        }, "the token gets this answer");
    }
}
