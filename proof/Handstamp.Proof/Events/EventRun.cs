using System.Diagnostics;
using System.Net;
using Handstamp.Proof.Faults;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Proof.Events;

/// <summary>
/// How many events a database takes, together with the changes they describe, and what they cost this process.
/// </summary>
sealed record EventRun(int Sessions, int Callers, Engine Engine)
{
    const string Stamp = "security";
    const int Batch = 1000;

    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    static readonly SessionDevice Device = new()
    {
        Name = "A measured device",
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        Address = IPAddress.Parse("2001:db8::7"),
        CreatedAt = Now,
    };

    public async Task<EventResult> RunAsync()
    {
        using var directory = new TempDirectory();
        await using var server = Engine == Engine.Postgres ? await PostgresServer.StartAsync("fsync=on") : null;
        var services = new ServiceCollection().AddLogging();
        services.Configure<StorageOptions>(options => options.DataDirectory = directory.Path);
        if (server is null) services.AddHandstampSqlite(directory.File("handstamp.db"));
        else services.AddHandstampPostgres(await server.CreateDatabaseAsync());
        await using var stores = services.BuildServiceProvider();
        await stores.GetRequiredService<IStorage>().OpenAsync(CancellationToken.None);
        return await RunAsync(stores);
    }

    async Task<EventResult> RunAsync(ServiceProvider stores)
    {
        var sessions = stores.GetRequiredService<ISessionStore>();
        var accounts = new List<Guid>();
        // Each caller has its own account: logins to one account wait for each other.
        for (var caller = 0; caller < Callers; caller++) accounts.Add(await AddAccountAsync(stores.GetRequiredService<IAccountStore>()));
        var begun = Enumerable.Range(0, Sessions).Select(number => SessionOf(accounts[number % Callers])).ToList();

        return new EventResult(
            this,
            Begun: await MeasureAsync(begun, session => sessions.TryCreateAsync(session, Device, new SessionTerms(Stamp, int.MaxValue))),
            Rotated: await MeasureAsync(begun, session => sessions.TryRotateAsync(new(
                session.Id, session.Rotation.Last, session.Transport, null, TimeSpan.FromSeconds(30),
                new Issue(Now.AddMinutes(1), TimeSpan.FromDays(14), MacKeyId: 1, new Use(1, TimeSpan.FromMinutes(20)))))),
            Ended: await MeasureAsync(begun, session => sessions.TryEndAsync(session.Id, Device.By.Ends(EndReason.Logout, Now.AddMinutes(2)))),
            Counted: await CountAsync(stores.GetRequiredService<IEventStore>()));
    }

    async Task<Rate> MeasureAsync(List<Session> sessions, Func<Session, Task> change)
    {
        var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            await Task.Yield();
            for (var index = caller; index < sessions.Count; index += Callers) await change(sessions[index]);
        }));
        return Rate.Of(sessions.Count, start, cpu);
    }

    /// <summary>Refusals, as in a flood: first the maximum number of rows, and then the same again.</summary>
    async Task<Rate> CountAsync(IEventStore events)
    {
        var by = new Origin(new Actor(ActorKind.Person));
        var rows = Enumerable.Range(0, Batch).Select(number => by.Does(EventKind.LoginRefused, Now) with
        {
            Outcome = "invalid_credentials",
            Tally = EventId.Tally(EventKind.LoginRefused, Now, number),
            Since = Now,
        }).ToList();
        var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var rounds = Math.Max(2, Sessions / Batch);
        for (var round = 0; round < rounds; round++) await events.CountAsync([.. rows.Select(row => row with { Id = EventId.At(Now) })]);
        return Rate.Of(rounds * Batch, start, cpu);
    }

    static async Task<Guid> AddAccountAsync(IAccountStore accounts)
    {
        var id = Guid.CreateVersion7(Now);
        var account = new Account { Id = id, Identifiers = [Identifier.OfEmail($"{id:n}@example.com")], SecurityStamp = Stamp, CreatedAt = Now };
        await accounts.TryCreateAsync(account, Origin.System.Does(EventKind.AccountAdded, Now) with { AccountId = id });
        return id;
    }

    static Session SessionOf(Guid account) => new()
    {
        Id = Guid.CreateVersion7(Now),
        AccountId = account,
        Rotation = RotationState.AtLogin(Now),
        MacKeyId = 1,
        Transport = SessionTransport.Body,
        AuthenticationMethods = "pwd",
        AuthenticatedAt = Now,
        IdleExpiresAt = Now.AddDays(14),
        ExpiresAt = Now.AddDays(90),
        SuspectedSharing = new SuspectedSharing(1, null, Now),
    };
}

/// <param name="PerSecond">How many.</param>
/// <param name="Cpu">Of this process, for each.</param>
readonly record struct Rate(double PerSecond, TimeSpan Cpu)
{
    public static Rate Of(int count, long start, TimeSpan cpu) => new(
        count / Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu) / count);
}

/// <param name="Run">What was measured.</param>
/// <param name="Begun">Sessions that began, with their events.</param>
/// <param name="Rotated">For comparison: rotations, which have none.</param>
/// <param name="Ended">Sessions that ended, with their events.</param>
/// <param name="Counted">Rows of refusals, a thousand at once.</param>
sealed record EventResult(EventRun Run, Rate Begun, Rate Rotated, Rate Ended, Rate Counted);
