using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The whole service on a free port and a database of its own; hashes as cheap as settings allow.</summary>
sealed class AccountService : IAsyncDisposable
{
    readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("handstamp-");
    WebApplication _app = null!;

    public FakeTimeProvider Clock { get; } = new(TestAccounts.Now);

    public CountingHasher Hasher { get; private set; } = null!;

    public RecordedLog Log { get; } = new();

    public HttpClient Http { get; } = new();

    public IAccountStore Store => Get<IAccountStore>();

    public AccountOperations Operations => Get<AccountOperations>();

    static MediaTypeHeaderValue Json => new("application/json");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts with settings such as <c>Accounts:Registration=closed</c>.</summary>
    public static async Task<AccountService> StartAsync(params string[] settings)
    {
        var service = new AccountService();
        await service.RunAsync(settings);
        return service;
    }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<Account> AddAccountAsync(string email = TestAccounts.Email)
    {
        var outcome = await Operations.AddAsync(email, TestAccounts.Password, roles: [], Cancel);
        return (await FindAsync(Assert.IsType<AccountOutcome.Done>(outcome).Account.Id))!;
    }

    public async Task<Account> AddAccountWithHashAsync(string? hash, string email = TestAccounts.Email)
    {
        var account = TestAccounts.Account(hash, email);
        Assert.True(await Store.TryCreateAsync(account));
        return account;
    }

    public Task<Account?> FindAsync(Guid id) => Store.FindAsync(id, Cancel);

    public Task<CredentialOutcome> CheckAsync(
        string email = TestAccounts.Email, string password = TestAccounts.Password, string from = "192.0.2.1") =>
        Get<Credentials>().CheckAsync(email, password, IPAddress.Parse(from), Cancel);

    public async Task<Guid> BeginSessionAsync(Account account)
    {
        var now = Clock.GetUtcNow();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            AccountId = account.Id,
            Rotation = RotationState.AtLogin(now),
            MacKeyId = 1,
            Transport = SessionTransport.Body,
            AuthenticationMethods = "pwd",
            AuthenticatedAt = now,
            IdleExpiresAt = now.AddDays(1),
            ExpiresAt = now.AddDays(1),
        };
        Assert.True(await Get<ISessionStore>().TryCreateAsync(session, new SessionDevice { CreatedAt = now }));
        return session.Id;
    }

    /// <summary>Why the session has ended; null while it lives.</summary>
    public async Task<EndReason?> EndOfAsync(Guid session) =>
        (await Get<ISessionStore>().FindAsync(session, Cancel))!.End?.Reason;

    /// <summary>Occupies every thread and every place of the queue until the returned event is set.</summary>
    public ManualResetEventSlim FillHashingQueue()
    {
        var open = new ManualResetEventSlim();
        var idle = new CountdownEvent(Get<IOptions<AccountOptions>>().Value.Hashing.Concurrency);
        while (!idle.IsSet) Fill();
        Fill();
        return open;

        void Fill()
        {
            while (Get<HashingQueue>().TryRun(Block, Cancel) is not null) { }
        }

        bool Block()
        {
            if (!idle.IsSet) idle.Signal();
            open.Wait(Cancel);
            return true;
        }
    }

    /// <summary>Returns when the queue has room again: hashes are taken in turn.</summary>
    public async Task DrainHashingQueueAsync()
    {
        Task<int>? last;
        while ((last = Get<HashingQueue>().TryRun(() => 0, Cancel)) is null) await Task.Yield();
        await last;
    }

    public Task<HttpResponseMessage> PostAsync(string route, string body, string? accessToken = null) =>
        SendAsync(HttpMethod.Post, route, accessToken, new StringContent(body, Json));

    public Task<HttpResponseMessage> GetAsync(string route, string? accessToken = null) =>
        SendAsync(HttpMethod.Get, route, accessToken, content: null);

    public async Task<(string Access, string Refresh)> LogInAsync()
    {
        const string Body = $$"""{"email":"{{TestAccounts.Email}}","password":"{{TestAccounts.Password}}"}""";
        using var answer = await PostAsync("/login", Body);
        var tokens = await ReadAsync(answer, HttpStatusCode.OK);
        return (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    public static async Task RefusedAsync(
        HttpResponseMessage answer, HttpStatusCode status, string code, string? detail = null)
    {
        var problem = await ReadAsync(answer, status);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        if (detail is not null) Assert.Equal(detail, problem.GetProperty("detail").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }

    async Task RunAsync(string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Issuer"] = "http://127.0.0.1",
            ["Storage:DataDirectory"] = _data.FullName,
            ["Accounts:Hashing:MemoryKiB"] = "7168",
            ["Accounts:Hashing:Passes"] = "5",
        });
        builder.Configuration.AddCommandLine([.. settings.Select(setting => "--" + setting)]);
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton<IPasswordHasher<Account>>(services =>
            Hasher = new CountingHasher(new PasswordHasher(services.GetRequiredService<Argon2id>())));
        builder.Services.AddHandstampSqlite(Path.Combine(_data.FullName, "handstamp.db"));
        builder.Services.AddHandstamp(builder.Configuration);
        _app = builder.Build();
        _app.MapHandstamp();
        await _app.StartAsync(Cancel);
        Http.BaseAddress = new Uri(_app.Urls.Single());
    }

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string route, string? token, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, route) { Content = content };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Http.SendAsync(request, Cancel);
    }
}

/// <summary>The real hasher, counted. <see cref="BeforeVerifying"/> comes between reading and verifying.</summary>
sealed class CountingHasher(IPasswordHasher<Account> hasher) : IPasswordHasher<Account>
{
    int _hashed;

    public ConcurrentQueue<string> Verified { get; } = [];

    public int Hashed => _hashed;

    public Action? BeforeVerifying { get; set; }

    public string HashPassword(Account user, string password)
    {
        Interlocked.Increment(ref _hashed);
        return hasher.HashPassword(user, password);
    }

    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        BeforeVerifying?.Invoke();
        Verified.Enqueue(hashedPassword);
        return hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}

/// <summary>All that is logged, as text.</summary>
sealed class RecordedLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> _lines = [];

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");

    public void Dispose() { }
}
