using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Client.Tests;

public sealed partial class HandstampClientExtensionsTests(RunningService service) : LoggedIn(service)
{
    [Fact]
    public async Task The_HttpClient_of_that_name_and_typed_clients_send_the_token()
    {
        var services = new ServiceCollection();
        services.AddHandstampClient(options => (options.Url, options.Store) = (Service.OriginalString, Store))
            .ConfigureHttpClient(http => http.BaseAddress = Service)
            .AddTypedClient<Accounts>();
        services.AddHttpClient("another", http => http.BaseAddress = Service).AddHttpMessageHandler<HandstampHandler>();
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IHttpClientFactory>();

        Assert.Equal(HttpStatusCode.OK, await provider.GetRequiredService<Accounts>().AskAsync());
        Assert.Equal(HttpStatusCode.OK, (await factory.CreateClient("another").GetAsync("/me")).StatusCode);
        Assert.Equal(Email, (await provider.GetRequiredService<HandstampClient>().GetUserAsync())!.Email);
    }

    [Fact]
    public void A_wrong_option_is_reported()
    {
        using var provider = new ServiceCollection().AddHandstampClient("auth.example.com").Services.BuildServiceProvider();

        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<HandstampClient>());

        Assert.Contains("Url 'auth.example.com' must be an address", fault.Message);
    }

    [Fact]
    public async Task No_token_and_no_password_is_in_a_log_or_in_the_text_of_an_object()
    {
        var (log, time) = (new Lines(), new FakeTimeProvider(Time.GetUtcNow()));
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
        services.AddSingleton<TimeProvider>(time);
        services.AddHandstampClient(options =>
            (options.Url, options.Store, options.BackchannelHttpHandler) = (Service.OriginalString, Store, Network))
            .ConfigureHttpClient(http => http.BaseAddress = Service);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<HandstampClient>();
        var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(HandstampClientExtensions.HttpClientName);
        List<string> secrets = [Password, await client.GetAccessTokenAsync()];
        List<string?> texts = [client.ToString(), Store.ToString(), (await client.Keeper.CurrentAsync(default)).ToString()];

        await http.GetAsync("/me");
        Network.Next("/refresh", Network.Lose);
        time.Advance(Life);
        texts.Add((await Assert.ThrowsAsync<HandstampException>(() => http.GetAsync("/me"))).ToString());
        time.Advance(TimeSpan.FromSeconds(10));
        secrets.Add(await client.GetAccessTokenAsync());
        texts.Add((await Assert.ThrowsAsync<HandstampException>(() => client.LoginAsync(Email, Password + "x"))).ToString());
        await client.LogoutAsync();

        secrets.AddRange(Network.Requests("/refresh").Select(seen => RefreshToken().Match(seen.Body!).Value));
        Assert.All(secrets, Assert.NotEmpty);
        Assert.NotEmpty(log.All);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, string.Join('\n', [.. log.All, .. texts])));
    }

    [Fact]
    public async Task The_log_says_what_protects_the_file()
    {
        using var directory = new TempDirectory();
        var (log, services) = (new Lines(), new ServiceCollection());
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddHandstampClient(options =>
            (options.Url, options.Store) = (Service.OriginalString, new FileTokenStore(directory.File("session"))));
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<HandstampClient>();

        await UntilAsync(() => log.All.Any(line => line.Contains("is protected by KeyFile.", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"hsr_[\w-]+")]
    private static partial Regex RefreshToken();

    sealed class Accounts(HttpClient http)
    {
        public async Task<HttpStatusCode> AskAsync() => (await http.GetAsync("/me")).StatusCode;
    }

    sealed class Lines : ILoggerProvider, ILogger
    {
        readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
