using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests;

/// <summary>
/// The whole service in this process: real Kestrel on a free port, real SQLite in its own directory, and a clock that
/// stands still until a test moves it.
/// </summary>
sealed class HandstampApp : IAsyncDisposable
{
    public const string Issuer = "https://auth.example.com";
    public const string Email = "ada@example.com";
    public const string Password = "a quite unusual sentence";

    readonly WebApplication _app;
    readonly bool _ownsDirectory;

    HandstampApp(WebApplication app, string directory, bool ownsDirectory, FakeTimeProvider clock, LogLines logs)
    {
        (_app, Directory, _ownsDirectory, Clock, Logs) = (app, directory, ownsDirectory, clock, logs);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        // The form in which browsers write characters that are not ASCII.
        var handler = new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        Client = new HttpClient(new RefusalsAreSentences(handler)) { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    public FakeTimeProvider Clock { get; }

    public string Directory { get; }

    public LogLines Logs { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<HandstampApp> StartAsync(
        Dictionary<string, string?>? settings = null, string? directory = null, FakeTimeProvider? clock = null,
        string environment = "Production", Action<IServiceCollection>? services = null,
        Action<IEndpointRouteBuilder>? routes = null)
    {
        var data = directory ?? System.IO.Directory.CreateTempSubdirectory("handstamp-test-").FullName;
        var time = clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var logs = new LogLines();

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Issuer"] = Issuer,
            ["Storage:DataDirectory"] = data,
            ["Accounts:Hashing:MemoryKiB"] = "7168",
            ["Accounts:Hashing:Passes"] = "5",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        // As in the executable, the framework's request log is off, because it writes addresses with their queries.
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddHandstamp(builder.Configuration).AddPages().AddMail();
        builder.Services.AddHandstampSqlite(Path.Combine(data, "handstamp.db"));
        services?.Invoke(builder.Services);
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        var app = builder.Build();
        app.MapHandstamp();
        routes?.Invoke(app);
        await app.StartAsync();
        return new HandstampApp(app, data, directory is null, time, logs);
    }

    /// <summary>
    /// Moves the clock forward. Timers do not fire on the way: the service's timers would fire several times a second.
    /// </summary>
    public void Jump(TimeSpan span) => Clock.AdjustTime(Clock.GetUtcNow() + span);

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public Task<HttpResponseMessage> PostAsync(string route, object body, string? accessToken = null) =>
        SendAsync(HttpMethod.Post, route, body, accessToken);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string route, object? body = null, string? accessToken = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, route);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (accessToken is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        change?.Invoke(request);
        return await Client.SendAsync(request);
    }

    public async Task RegisterAsync(string email = Email, string password = Password)
    {
        using var answer = await PostAsync("/register", new { email, password });
        answer.EnsureSuccessStatusCode();
    }

    public async Task<TokenSet> LoginAsync(string email = Email, string password = Password, string transport = "body")
    {
        using var answer = await PostAsync("/login", new { email, password, transport });
        return await TokenSet.ReadAsync(answer);
    }

    public async Task<TokenSet> RegisterAndLoginAsync()
    {
        await RegisterAsync();
        return await LoginAsync();
    }

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken) =>
        PostAsync("/refresh", new { refresh_token = refreshToken });

    public async Task<TokenSet> RefreshedAsync(string refreshToken)
    {
        using var answer = await RefreshAsync(refreshToken);
        return await TokenSet.ReadAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsDirectory) System.IO.Directory.Delete(Directory, recursive: true);
    }
}

/// <summary>Fails a test in which a refusal says something that is not a sentence.</summary>
sealed class RefusalsAreSentences(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType is not ("application/json" or "application/problem+json"))
            return answer;
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)).RootElement;
        if (json.TryGetProperty("detail", out var said) || json.TryGetProperty("error_description", out said))
            Assert.Matches(@"\S\.$", said.GetString());
        return answer;
    }
}

/// <summary>The answer of login and refresh.</summary>
sealed record TokenSet(string AccessToken, string? RefreshToken, long ExpiresIn, long RefreshExpiresIn, Guid SessionId, string Body)
{
    public static async Task<TokenSet> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"{(int)answer.StatusCode}: {body}");
        var json = JsonDocument.Parse(body).RootElement;
        return new TokenSet(
            json.GetProperty("access_token").GetString()!,
            json.TryGetProperty("refresh_token", out var token) ? token.GetString() : null,
            json.GetProperty("expires_in").GetInt64(),
            json.GetProperty("refresh_expires_in").GetInt64(),
            json.GetProperty("session_id").GetGuid(),
            body);
    }
}

/// <summary>A problem as it was received.</summary>
sealed record ProblemAnswer(int Status, string Code, bool Definitive, string? Detail, TimeSpan? RetryAfter)
{
    public string? Rule { get; init; }

    public static async Task<ProblemAnswer> ReadAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((int)answer.StatusCode, json.GetProperty("status").GetInt32());
        return new ProblemAnswer(
            (int)answer.StatusCode,
            json.GetProperty("code").GetString()!,
            json.GetProperty("definitive").GetBoolean(),
            json.TryGetProperty("detail", out var detail) ? detail.GetString() : null,
            answer.Headers.RetryAfter?.Delta)
        {
            Rule = json.TryGetProperty("rule", out var rule) ? rule.GetString() : null,
        };
    }
}

/// <summary>A refusal of an OAuth route as it was received.</summary>
sealed record OAuthErrorAnswer(int Status, string Error, string Description, string Code, TimeSpan? RetryAfter)
{
    public static async Task<OAuthErrorAnswer> ReadAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["error", "error_description", "error_uri"], json.EnumerateObject().Select(member => member.Name));
        var page = json.GetProperty("error_uri").GetString()!;
        Assert.StartsWith(HandstampApp.Issuer + "/errors/", page, StringComparison.Ordinal);
        return new OAuthErrorAnswer(
            (int)answer.StatusCode, json.GetProperty("error").GetString()!, json.GetProperty("error_description").GetString()!,
            page.Split('/')[^1], answer.Headers.RetryAfter?.Delta);
    }
}

/// <summary>Everything that was logged, at every level.</summary>
sealed class LogLines : ILoggerProvider
{
    readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    /// <summary>The lines of one kind of event.</summary>
    public IEnumerable<string> Of(int eventId) => _lines.Where(line => line.Contains($" {eventId} ", StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category} {eventId.Id} {formatter(state, exception)} {exception}");
    }
}
