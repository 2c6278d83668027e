using Handstamp.Proof.Faults;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handstamp.Proof.Theft;

/// <summary>The service's rotation over a real database, without its transport.</summary>
sealed class StoredSessions : IAsyncDisposable
{
    // The thief has the victim's network and user agent, so the signs of another place are left out.
    static readonly int Source = Use.SourceOf(Origin.System);
    const string SecurityStamp = "security";

    readonly TempDirectory _folder = new();
    readonly WebApplication _app;
    readonly DateTimeOffset _start;
    Guid _account;

    StoredSessions(string? postgres, SuspectedSharingPolicy policy)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Issuer"] = "https://auth.example.com",
            ["Storage:DataDirectory"] = _folder.Path,
            ["Sessions:SuspectedSharing"] = policy.ToString(),
        });
        builder.Logging.ClearProviders();
        builder.Services.AddHandstamp(builder.Configuration);
        if (postgres is null) builder.Services.AddHandstampSqlite(_folder.File("handstamp.db"));
        else builder.Services.AddHandstampPostgres(postgres);
        _app = builder.Build();
        // Times are stored in whole milliseconds.
        _start = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    public static async Task<StoredSessions> OpenAsync(
        Engine engine = Engine.Sqlite, SuspectedSharingPolicy policy = SuspectedSharingPolicy.Report)
    {
        var postgres = engine == Engine.Postgres ? await (await PostgresServer.Shared).CreateSchemaAsync() : null;
        var sessions = new StoredSessions(postgres, policy);
        await sessions.Get<IStorage>().OpenAsync(CancellationToken.None);
        await sessions.Get<KeyRingService>().OpenAsync(CancellationToken.None);
        sessions._account = await sessions.CreateAccountAsync();
        return sessions;
    }

    /// <summary>A session that begins now, as a rule that writes each decision to the database.</summary>
    public async Task<RefreshRule> LogInAsync()
    {
        var session = NewSession();
        var terms = new SessionTerms(SecurityStamp, Most: int.MaxValue);
        await Get<ISessionStore>().TryCreateAsync(session, new SessionDevice { CreatedAt = _start }, terms);
        return new StoredRule(this, session.Id);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    async Task<Guid> CreateAccountAsync()
    {
        var account = new Account
        {
            Id = Guid.CreateVersion7(),
            Identifiers = [Identifier.OfEmail("ada@example.com")],
            SecurityStamp = SecurityStamp,
            CreatedAt = _start,
        };
        await Get<IAccountStore>().TryCreateAsync(account, Origin.System.Does(EventKind.AccountAdded, _start));
        return account.Id;
    }

    Session NewSession() => new()
    {
        Id = Guid.CreateVersion7(),
        AccountId = _account,
        Rotation = RotationState.AtLogin(_start),
        MacKeyId = Get<KeyRingService>().Ring.MacKey(_start).Id,
        Transport = SessionTransport.Body,
        AuthenticationMethods = "pwd",
        AuthenticatedAt = _start,
        IdleExpiresAt = _start + TimeSpan.FromDays(14),
        ExpiresAt = _start + TimeSpan.FromDays(90),
        SuspectedSharing = new SuspectedSharing(Source, null, _start),
    };

    // The simulation is one sequence of events, so it waits for each of them.
    sealed class StoredRule(StoredSessions sessions, Guid id) : RefreshRule
    {
        protected override Answer Decide(int token, double now) => RefreshAsync(token, now).GetAwaiter().GetResult();

        async Task<Answer> RefreshAsync(int generation, double seconds)
        {
            var now = sessions._start.AddSeconds(seconds);
            var text = RefreshToken.Create(sessions.Get<KeyRingService>().Ring.MacKey(now), id, generation).Encode();
            return await sessions.Get<SessionRotation>().RefreshAsync(
                sessions.Get<RefreshTokenReader>().Read(text)!, SessionTransport.Body, null, Origin.System, now,
                CancellationToken.None) switch
            {
                RefreshOutcome.Granted granted => Answer.Granted(granted.Reading.Session.Rotation.Last),
                RefreshOutcome.Quiet quiet => Answer.NotBefore(quiet.Wait.TotalSeconds),
                RefreshOutcome.Refused { Problem.Definitive: true } => Answer.Ended,
                _ => Answer.NotNow,
            };
        }
    }
}
