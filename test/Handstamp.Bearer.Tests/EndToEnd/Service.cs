using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handstamp.Bearer.Tests.EndToEnd;

/// <summary>The real service in this process: Kestrel, SQLite, the clock on the wall. It can be stopped and started.</summary>
sealed class Service : IAsyncDisposable
{
    const string Password = "a quite unusual sentence";

    readonly string _directory = Directory.CreateTempSubdirectory("handstamp-bearer-").FullName;
    readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false });
    readonly string _environment;
    WebApplication _app = null!;

    Service(string environment) => _environment = environment;

    public string Address { get; private set; } = "";

    public static async Task<Service> StartAsync(string environment = "Development")
    {
        var service = new Service(environment);
        await service.StartAgainAsync();
        return service;
    }

    /// <summary>On the same files and the same port.</summary>
    public async Task StartAgainAsync()
    {
        var port = LoopbackPort.Take(Address.Length == 0 ? 0 : new Uri(Address).Port);
        Address = port.Address;

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = _environment });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Issuer"] = Address,
            ["Storage:DataDirectory"] = _directory,
            ["Accounts:Hashing:MemoryKiB"] = "7168",
            ["Accounts:Hashing:Passes"] = "5",
        });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(port.Listen);
        builder.Services.AddHandstamp(builder.Configuration);
        builder.Services.AddHandstampSqlite(Path.Combine(_directory, "handstamp.db"));
        _app = builder.Build();
        _app.MapHandstamp();
        await _app.StartAsync();
    }

    public ValueTask StopAsync() => _app.DisposeAsync();

    public async Task<Login> LoginAsync(string email = "ada@example.com")
    {
        using var registered = await PostAsync("/register", new { email, password = Password });
        return await Login.ReadAsync(await PostAsync("/login", new { email, password = Password }));
    }

    /// <summary>The code with which a refresh is refused.</summary>
    public async Task<string?> RefreshFaultAsync(string refreshToken)
    {
        using var answer = await PostAsync("/refresh", new { refresh_token = refreshToken });
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("code").GetString();
    }

    public async Task LogOutAsync(Login login)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address + "/logout");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", login.AccessToken);
        using var answer = await _client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    Task<HttpResponseMessage> PostAsync(string route, object body) => _client.PostAsJsonAsync(Address + route, body);
}

/// <summary>The answer of a login.</summary>
sealed record Login(string AccessToken, string RefreshToken)
{
    public static async Task<Login> ReadAsync(HttpResponseMessage answer)
    {
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return new(
            json.RootElement.GetProperty("access_token").GetString()!,
            json.RootElement.GetProperty("refresh_token").GetString()!);
    }
}

/// <summary>Counts what an API asks of its issuer.</summary>
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
