using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.Tests;

/// <summary>A database for one test, on a real engine.</summary>
public abstract class EngineUnderTest : IAsyncDisposable
{
    ServiceProvider? _services;

    internal IStorage Storage => Get<IStorage>();
    internal IAccountStore Accounts => Get<IAccountStore>();
    internal IThrottleStore Throttle => Get<IThrottleStore>();
    internal IKeyStore Keys => Get<IKeyStore>();
    internal ISessionStore Sessions => Get<ISessionStore>();
    internal IRevocationLog Revocations => Get<IRevocationLog>();
    internal IEventStore Events => Get<IEventStore>();
    internal IResourceServerStore ResourceServers => Get<IResourceServerStore>();

    internal T Get<T>() where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>Whether another test of a contract may use the database afterwards: the test changes rows alone.</summary>
    public bool IsReusable { get; set; }

    /// <summary>Whether events are rows. In an app, they are log lines and counters.</summary>
    public virtual bool KeepsEvents => true;

    /// <summary>The number of rows in all tables, queried directly.</summary>
    public abstract Task<long> CountRowsAsync();

    /// <summary>Changes the database directly.</summary>
    public virtual Task ChangeAsync(string sql) => throw new NotSupportedException();

    /// <summary>Deletes all rows of the tables directly, in this order.</summary>
    public Task DeleteAllAsync(params string[] tables) =>
        ChangeAsync(BeforeDeletion + string.Concat(tables.Select(table => $"DELETE FROM {table};")));

    /// <summary>Builds the stores, and opens nothing.</summary>
    public void Build()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        AddStores(services);
        _services = services.BuildServiceProvider();
    }

    public virtual async Task OpenAsync()
    {
        Build();
        await Storage.OpenAsync(TestContext.Current.CancellationToken);
    }

    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    /// <summary>Closes the engine as a shutdown does; it can be opened again.</summary>
    public async Task CloseAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        _services = null;
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A statement that runs before all rows are deleted.</summary>
    protected virtual string BeforeDeletion => "";

    protected abstract void AddStores(IServiceCollection services);
}
