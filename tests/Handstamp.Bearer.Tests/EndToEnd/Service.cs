using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Bearer.Tests.EndToEnd;

/// <summary>
/// The real service as a separate process. It can be stopped and started, and runs an operator's commands.
/// </summary>
sealed class Service : IAsyncDisposable
{
    readonly TempDirectory _directory = new();
    readonly string _environment;
    readonly string[] _settings;
    ListeningProcess _process = null!;
    HandstampClient _client = null!;

    Service(string environment, string[] settings) => (_environment, _settings) = (environment, settings);

    public string Address { get; private set; } = $"http://127.0.0.1:{ServerPort.Find()}";

    public static async Task<Service> StartAsync(string environment = "Development", params string[] settings)
    {
        var service = new Service(environment, settings);
        await service.StartAgainAsync();
        return service;
    }

    /// <summary>Starts the service on the same files and the same port.</summary>
    public async Task StartAgainAsync()
    {
        _process = await HandstampProcess.StartAsync(_directory.Path, [
            "--environment", _environment, "--urls", Address,
            "--Accounts:Hashing:MemoryKiB=7168", "--Accounts:Hashing:Passes=5", .. _settings]);
        Address = _process.Address.GetLeftPart(UriPartial.Authority);
        _client = new HandstampClient(_process.Address);
    }

    public async Task StopAsync()
    {
        _client.Dispose();
        await _process.StopAsync();
    }

    /// <summary>Adds an account and logs it in.</summary>
    public Task<LoggedIn> JoinAsync(string email = "ada@example.com") => _client.JoinAsync(email);

    public Task<LoggedIn> LoginAsync(string email = "ada@example.com") => _client.LoginAsync(email);

    /// <summary>An access token for another person than the previous one.</summary>
    public async Task<string> AccessTokenAsync(LoggedIn login, string resource)
    {
        using var answer = await _client.PostAsync("refresh", new { refresh_token = login.RefreshToken, resource });
        answer.EnsureSuccessStatusCode();
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
    }

    /// <summary>The code with which a route of the service itself refuses an access token.</summary>
    public async Task<string?> OwnFaultAsync(string accessToken) =>
        (await _client.GetAsync("sessions", accessToken)).Body.GetProperty("code").GetString();

    /// <summary>The code with which a refresh is refused.</summary>
    public async Task<string?> RefreshFaultAsync(string refreshToken) =>
        (await _client.RefreshAsync(refreshToken)).Body.GetProperty("code").GetString();

    /// <summary>Changes the password; the answer contains another session.</summary>
    public async Task ChangePasswordAsync(LoggedIn login)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.AccessToken);
        using var answer = await client.PostAsJsonAsync(
            new Uri(Address + "/password/change"),
            new { current_password = HandstampClient.Password, new_password = "new " + HandstampClient.Password });
        answer.EnsureSuccessStatusCode();
    }

    public async Task LogOutAsync(LoggedIn login)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.AccessToken);
        using var answer = await client.PostAsync(new Uri(Address + "/logout"), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Runs an operator's command, which must succeed, and reads its JSON.</summary>
    public async Task<JsonElement> OrderAsync(params string[] command)
    {
        var result = await HandstampExecutable.RunAsync([.. command, "--data", _directory.Path, "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonElement.Parse(result.Output);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>Counts the requests of an API to its issuer.</summary>
sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    int _count;

    public int Count => Volatile.Read(ref _count);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return base.SendAsync(request, cancellationToken);
    }
}
