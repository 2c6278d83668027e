using System.Data;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>A lock in the database that one node holds, for as long as its connection lives.</summary>
sealed class LeadLock(NpgsqlDataSource source) : IDisposable
{
    const string Take = "SELECT pg_try_advisory_lock(hashtext(current_schema() || '.handstamp_lead'))";
    const string Check = "SELECT true";

    readonly SemaphoreSlim _asking = new(1);
    NpgsqlConnection? _held;

    /// <summary>Holds it from now on, unless another node does; false also when the database is away.</summary>
    public async Task<bool> TryHoldAsync(CancellationToken cancel)
    {
        await _asking.WaitAsync(cancel);
        try
        {
            if (_held is not null && await AnswersAsync(_held, Check, cancel)) return true;

            _held?.Dispose();
            _held = await TakeAsync(cancel);
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

    async Task<NpgsqlConnection?> TakeAsync(CancellationToken cancel)
    {
        var connection = source.CreateConnection();
        if (await AnswersAsync(connection, Take, cancel)) return connection;

        await connection.DisposeAsync();
        return null;
    }

    static async Task<bool> AnswersAsync(NpgsqlConnection connection, string question, CancellationToken cancel)
    {
        try
        {
            if (connection.State == ConnectionState.Closed) await connection.OpenAsync(cancel);
            return await connection.AskAsync(question, cancel) is true;
        }
        catch (Exception fault) when (fault.IsEngineFault())
        {
            return false;
        }
    }
}
