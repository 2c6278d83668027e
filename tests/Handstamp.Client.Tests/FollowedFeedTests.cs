using System.Net;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests;

/// <summary>
/// The real service, and samples/Api with Handstamp.Bearer, which receives the ends of sessions from the service.
/// </summary>
public sealed class FollowedFeedTests : IAsyncLifetime
{
    const string Email = "ada@example.com";
    const string Password = "correct horse battery staple";

    readonly TempDirectory _data = new();
    readonly MemoryTokenStore _store = new();
    ListeningProcess _service = null!;
    ListeningProcess _api = null!;
    HandstampClient _client = null!;
    HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await HandstampProcess.StartAsync(_data.Path, "--Logging:Level=Warning");
        _api = await SampleApi.StartAsync(_service.Address);
        _client = Open(_store);
        _http = _client.CreateHttpClient();
        await _client.RegisterAsync(Email, Password);
        await _client.LoginAsync(Email, Password);
        Assert.Equal(HttpStatusCode.OK, await MeAsync(_http));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _client.Dispose();
        await _api.DisposeAsync();
        await _service.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task A_client_whose_session_was_ended_elsewhere_learns_of_it_at_its_next_call_to_the_API()
    {
        var over = new TaskCompletionSource<SessionChangedEventArgs>();
        _client.SessionChanged += (_, change) =>
        {
            if (change.SessionId is null) over.SetResult(change);
        };
        var token = await _client.GetAccessTokenAsync();
        using var elsewhere = Open(new MemoryTokenStore());
        await elsewhere.LoginAsync(Email, Password);
        await elsewhere.LogoutEverywhereAsync();
        await RefusesAsync(token);

        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(_http));

        Assert.Equal(HandstampErrorCodes.SessionRevoked, (await over.Task).Code);
        Assert.Null(await _store.ReadAsync(default));
    }

    [Fact]
    public async Task After_a_password_change_a_client_that_shares_the_store_continues_at_its_next_call_to_the_API()
    {
        var token = await _client.GetAccessTokenAsync();
        using var other = Open(_store);
        await other.ChangePasswordAsync(Password, "new " + Password);
        await RefusesAsync(token);

        Assert.Equal(HttpStatusCode.OK, await MeAsync(_http));
    }

    HandstampClient Open(MemoryTokenStore store) => new(new()
    {
        Url = _service.Address.OriginalString,
        Apis = { _api.Address.OriginalString },
        Store = store,
    });

    async Task RefusesAsync(string token)
    {
        using var plain = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
        await Eventually.TrueAsync(async () => await MeAsync(plain) == HttpStatusCode.Unauthorized, "the API knows of the end");
    }

    async Task<HttpStatusCode> MeAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri(_api.Address, "me"));
        return answer.StatusCode;
    }
}
