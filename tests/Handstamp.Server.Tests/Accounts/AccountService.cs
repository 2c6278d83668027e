using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The whole service, called for accounts from inside and over the wire.</summary>
sealed class AccountService(HandstampApp app) : IAsyncDisposable
{
    public FakeTimeProvider Clock => app.Clock;

    public CountingHasher Hasher => (CountingHasher)Get<IPasswordHasher<Account>>();

    public string Log => string.Join('\n', app.Logs.Lines);

    /// <summary>The length of the database's write-ahead log: it grows with each write.</summary>
    public long DatabaseLogLength => new FileInfo(DatabaseFile + "-wal").Length;

    string DatabaseFile => Path.Combine(app.Directory, "handstamp.db");

    public IAccountStore Store => Get<IAccountStore>();

    public AccountOperations Operations => Get<AccountOperations>();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts with settings such as <c>Accounts:Registration=closed</c>.</summary>
    public static async Task<AccountService> StartAsync(params string[] settings) => new(await HandstampApp.StartAsync(
        settings.Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], string? (pair) => pair[1]),
        clock: new FakeTimeProvider(TestAccounts.Now),
        services: services => services.AddSingleton<IPasswordHasher<Account>>(provider =>
            new CountingHasher(new PasswordHasher(provider.GetRequiredService<Argon2id>(), provider.GetRequiredService<PasswordSeal>())))));

    public T Get<T>() where T : notnull => app.Get<T>();

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
        string email = TestAccounts.Email, string password = TestAccounts.Password, string from = "192.0.2.1",
        params string[] devices) =>
        Get<Credentials>().CheckAsync(Identifier.OfEmail(email), password, IPAddress.Parse(from), devices, Cancel);

    /// <summary>The counted attempts, by the time when they are forgotten: the more attempts, the later.</summary>
    public IReadOnlyList<TimeSpan> Counters()
    {
        using var database = new SqliteConnection($"Data Source={DatabaseFile};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT forgotten_at FROM throttle ORDER BY forgotten_at";
        using var rows = command.ExecuteReader();
        List<TimeSpan> counters = [];
        while (rows.Read()) counters.Add(DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(0)) - Clock.GetUtcNow());
        return counters;
    }

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
        var creation = await Get<ISessionStore>().TryCreateAsync(
            session, new SessionDevice { CreatedAt = now }, new SessionTerms(account.SecurityStamp, Most: 100));
        Assert.IsType<SessionCreation.Begun>(creation);
        return session.Id;
    }

    /// <summary>Why the session has ended; null while it lives.</summary>
    public async Task<EndReason?> EndOfAsync(Guid session) =>
        (await Get<ISessionStore>().FindAsync(session, Cancel))!.End?.Reason;

    /// <summary>
    /// Occupies every thread and every place of the queue, each for its own site, until the returned object is disposed
    /// of.
    /// </summary>
    public IDisposable FillHashingQueue()
    {
        var gate = new Gate();
        var idle = new CountdownEvent(Get<IOptions<AccountOptions>>().Value.Hashing.Concurrency);
        var sites = 0;
        Assert.True(SpinWait.SpinUntil(() => { Fill(); return idle.IsSet; }, Eventually.Timeout));
        Fill();
        return gate;

        void Fill()
        {
            while (Get<HashingQueue>().TryEnter(new IPAddress(++sites)) is { } place) place.RunAsync(Block, Cancel);
        }

        string Block()
        {
            if (!idle.IsSet) idle.Signal();
            gate.Wait();
            return "";
        }
    }

    /// <summary>Returns when the queue has room again: hashes run in turn.</summary>
    public async Task DrainHashingQueueAsync()
    {
        HashingPlace? last = null;
        await Eventually.TrueAsync(() => (last = Get<HashingQueue>().TryEnter(IPAddress.None)) is not null, "the queue has room");
        await last!.RunAsync(() => "", Cancel);
    }

    /// <summary>Posts the body unchanged, right or wrong.</summary>
    public Task<HttpResponseMessage> PostAsync(string route, string body, string? accessToken = null) => app.SendAsync(
        HttpMethod.Post, route, accessToken: accessToken,
        change: request => request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json")));

    public Task<HttpResponseMessage> GetAsync(string route, string? accessToken = null) =>
        app.SendAsync(HttpMethod.Get, route, accessToken: accessToken);

    public Task<HttpResponseMessage> RefreshAsync(TokenSet tokens) => app.RefreshAsync(tokens.RefreshToken!);

    public Task<TokenSet> LogInAsync() => app.LoginAsync(TestAccounts.Email, TestAccounts.Password);

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    public static async Task<ProblemAnswer> RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal(((int)status, code), (problem.Status, problem.Code));
        return problem;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

/// <summary>The real hasher, with a counter. <see cref="BeforeVerifying"/> runs between reading and verifying.</summary>
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
