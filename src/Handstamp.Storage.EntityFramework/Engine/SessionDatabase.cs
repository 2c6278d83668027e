using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Storage.EntityFramework.Engine;

/// <summary>
/// The app's context, opened for each operation. A conflict with another transaction is tried again; a database that cannot be used is
/// reported as unavailable, whichever provider it has.
/// </summary>
sealed class SessionDatabase(Type contextType, IServiceScopeFactory scopes) : IDisposable
{
    // Each attempt that fails means that another transaction has succeeded.
    const int MostAttempts = 20;

    // SQLite has one writer. Writers of this process wait here in their order; the driver would poll for the lock.
    readonly SemaphoreSlim _writer = new(1);
    bool? _hasOneWriter;

    /// <summary>Whether the sessions are where this context is.</summary>
    public bool IsOf(DbContext context) => contextType.IsInstanceOfType(context);

    /// <summary>Runs statements, each of which is its own transaction.</summary>
    public async Task<T> RunAsync<T>(Func<Unit, Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var context = (DbContext)scope.ServiceProvider.GetRequiredService(contextType);
                return await work(new Unit(scope.ServiceProvider, context));
            }
            catch (Exception fault) when (fault.IsConflict() && attempt < MostAttempts)
            {
                // Nothing was kept.
            }
            catch (Exception fault) when (fault.IsEngineFault())
            {
                throw EngineFaults.Unavailable(fault);
            }
        }
    }

    /// <summary>Runs one statement that writes.</summary>
    public async Task<T> WriteAsync<T>(Unit unit, Func<Task<T>> write)
    {
        if (!HasOneWriter(unit.Context)) return await write();
        await _writer.WaitAsync();
        try
        {
            return await write();
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <summary>
    /// Runs a transaction, which is kept if <paramref name="kept"/> says so of its result. The app's execution strategy may run it again
    /// when it cannot know whether it was kept.
    /// </summary>
    public Task<T> TransactAsync<T>(Func<Unit, Task<T>> work, Func<T, bool>? kept = null) => RunAsync(unit => WriteAsync(unit, () =>
        unit.Context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            unit.Context.ChangeTracker.Clear();
            await using var transaction = await unit.Context.Database.BeginTransactionAsync();
            var result = await work(unit);
            if (kept?.Invoke(result) is not false) await transaction.CommitAsync();
            return result;
        })));

    public void Dispose() => _writer.Dispose();

    bool HasOneWriter(DbContext context) =>
        _hasOneWriter ??= context.Database.ProviderName?.EndsWith(".Sqlite", StringComparison.Ordinal) is true;
}
