using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Storage.Tests;

/// <summary>
/// The requirements for every engine. A contract is an abstract class based on this one; an engine implements it with
/// one line.
/// </summary>
public abstract class StoreContract<TEngine> : IAsyncLifetime where TEngine : EngineUnderTest, new()
{
    protected TEngine Engine { get; } = new() { IsReusable = true };

    internal IAccountStore Accounts => Engine.Accounts;
    internal IThrottleStore Throttle => Engine.Throttle;
    internal IKeyStore Keys => Engine.Keys;
    internal ISessionStore Sessions => Engine.Sessions;
    internal IAccountSessionStore AccountSessions => Engine.Get<IAccountSessionStore>();
    internal IRevocationLog Revocations => Engine.Revocations;
    internal IEventStore Events => Engine.Events;
    internal IResourceServerStore ResourceServers => Engine.ResourceServers;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Engine.OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An account in the database.</summary>
    internal async Task<Account> StoredAccountAsync(AccountClaims? claims = null)
    {
        var account = Given.Account() with { Claims = claims ?? AccountClaims.None };
        Assert.True(await Accounts.TryCreateAsync(account));
        return account;
    }

    /// <summary>A session in the database, of the given account or of its own account.</summary>
    internal async Task<Session> StoredSessionAsync(Account? account = null, Func<Session, Session>? with = null)
    {
        var session = Given.Session((account ?? await StoredAccountAsync()).Id);
        if (with is not null) session = with(session);
        Assert.True(await Sessions.TryCreateAsync(session, Given.Device));
        return session;
    }

    internal async Task<SessionReading> ReadAsync(Session session) =>
        Assert.IsType<SessionReading>(await Sessions.FindAsync(session.Id, Cancel));

    internal async Task<bool> IsAliveAsync(Session session) => (await ReadAsync(session)).End is null;

    internal Task<IReadOnlyList<Revocation>> ReadFeedAsync() =>
        Revocations.ReadAfterAsync(0, DateTimeOffset.MinValue, 1000, Cancel);

    /// <summary>All events, oldest first.</summary>
    internal async Task<IReadOnlyList<Event>> ReadEventsAsync() =>
        (await Events.ReadOnAsync(EventFilter.All, Guid.Empty, 10_000, Cancel)).Events;

    /// <summary>The last number of the feed.</summary>
    internal async Task<long> LastSequenceAsync() => (await Revocations.ReadHeadAsync(Cancel)).Position.Sequence;

    /// <summary>Runs the same action many times at once, each on its own thread, as far as threads are available.</summary>
    internal static Task<T[]> InParallelAsync<T>(int callers, Func<int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => call(caller))));
}
