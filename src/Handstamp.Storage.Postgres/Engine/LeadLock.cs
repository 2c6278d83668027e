using System.Data;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>A lock in the database that one node holds, for as long as its connection lives.</summary>
sealed class LeadLock(NpgsqlDataSource source) : IDisposable
{
    // Who holds it takes it once more: the answer tells that the connection lives, and is still the one that holds it.
    const string Take =
        "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext(current_schema()::text || '.handstamp_lead'))";

    readonly SemaphoreSlim _asking = new(1);
    NpgsqlConnection? _held;

    /// <summary>Holds it from now on, unless another node does; false also when the database is away.</summary>
    public async Task<bool> TryHoldAsync(CancellationToken cancel)
    {
        await _asking.WaitAsync(cancel);
        try
        {
            if (_held is not null && await TakesAsync(_held, cancel)) return true;

            _held?.Dispose();
            _held = await TryTakeAsync(cancel);
            return _held is not null;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose()
    {
        _held?.Dispose();
        _asking.Dispose();
    }

    async Task<NpgsqlConnection?> TryTakeAsync(CancellationToken cancel)
    {
        var connection = source.CreateConnection();
        try
        {
            await connection.OpenAsync(cancel);
            if (await TakesAsync(connection, cancel)) return connection;
        }
        catch (Exception fault) when (fault.IsEngineFault())
        {
            // Nobody leads while the database is away.
        }

        await connection.DisposeAsync();
        return null;
    }

    static async Task<bool> TakesAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        try
        {
            return await connection.AskAsync(Take, cancel) is true;
        }
        catch (Exception fault) when (fault.IsEngineFault() || connection.State != ConnectionState.Open)
        {
            return false;
        }
    }
}
