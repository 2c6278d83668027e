using System.Security.Cryptography;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// Runs operations on pooled connections. A failed operation is tried again if that is harmless, for about a second.
/// After that the database counts as unavailable, and the caller gets 503.
/// </summary>
sealed class Database : IAsyncDisposable
{
    const int MaxAttempts = 30;
    const int LongestPause = 100;
    static readonly TimeSpan RetryTimeout = TimeSpan.FromSeconds(1);

    readonly PostgresServer _server;
    readonly Telemetry _telemetry;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    readonly NpgsqlDataSource _pool;
    readonly Lanes _lanes;
    volatile bool _healthy = true;
    volatile bool _closed;

    public Database(PostgresServer server, Telemetry telemetry, TimeProvider clock, ILogger log)
    {
        (_server, _telemetry, _clock, _log) = (server, telemetry, clock, log);
        _pool = server.OpenPool();
        _lanes = new Lanes(server.Connections, server.QueueTimeout, clock);
        server.Timelines.Advanced += _pool.Clear;
    }

    /// <summary>Whether the last refresh succeeded, and no refresh has failed since.</summary>
    public bool IsHealthy => _healthy;

    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public Task<int> RunAsync(Work work, Call call, Lane lane = Lane.Others) =>
        RunAsync(lane, work, call, static (connection, call) => call.RunAsync(connection), call);

    /// <summary>Runs a statement; returns its first row, or the default without one.</summary>
    public Task<T?> FindAsync<T>(Work work, Call call, Func<Row, T> read, Lane lane = Lane.Others) =>
        RunAsync(lane, work, (call, read), static (connection, asked) => asked.call.FindAsync(connection, asked.read), call);

    /// <summary>Runs a query; returns all its rows.</summary>
    public Task<IReadOnlyList<T>> ReadAllAsync<T>(Call call, Func<Row, T> read, Lane lane = Lane.Others) =>
        RunAsync(lane, Work.Read, (call, read), static (connection, asked) => asked.call.ReadAllAsync(connection, asked.read), call);

    /// <summary>
    /// Runs several statements as one transaction. If the answer is not <paramref name="kept"/>, the transaction is
    /// rolled back. Its calls are used by nobody else: a call that has succeeded runs again if the transaction does.
    /// </summary>
    public Task<T> TransactAsync<TArgument, T>(
        TArgument argument, Func<NpgsqlConnection, TArgument, Task<T>> operation, Func<T, bool> kept, Lane lane = Lane.Others) =>
        RunAsync(lane, Work.WriteOnce, (argument, operation, kept), static async (connection, asked) =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var answer = await asked.operation(connection, asked.argument);
            if (asked.kept(answer)) await transaction.CommitAsync();
            return answer;
        });

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        _server.Timelines.Advanced -= _pool.Clear;
        await _pool.DisposeAsync();
        _lanes.Dispose();
    }

    /// <param name="lane">The connections that it may use.</param>
    /// <param name="work">When it may run again.</param>
    /// <param name="argument">Given to the operation.</param>
    /// <param name="operation">Runs on one connection, again and again until it has succeeded.</param>
    /// <param name="alone">The call, if it is the whole operation: when that has ended, others may use it.</param>
    async Task<T> RunAsync<TArgument, T>(
        Lane lane, Work work, TArgument argument, Func<NpgsqlConnection, TArgument, Task<T>> operation, Call? alone = null)
    {
        var start = _clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            if (_closed) throw new StorageUnavailableException("The database is closed.");
            await EnterAsync(lane);
            var connected = false;
            try
            {
                T answer;
                await using (var connection = await _pool.OpenConnectionAsync())
                {
                    connected = true;
                    answer = await operation(connection, argument);
                }
                if (work != Work.Read) Written(lane, start);
                alone?.GiveBack();
                return answer;
            }
            catch (Exception fault) when (fault.IsEngineFault())
            {
                if (fault.HasLostServer()) _pool.Clear();
                var again = !connected || fault.IsUndone() || (work != Work.WriteOnce && fault.HasLostServer());
                if (!again || attempt == MaxAttempts || _clock.GetElapsedTime(start) > RetryTimeout) throw Failed(fault);
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                // No other attempt succeeds before the administrator has granted it. The sentence has the reason.
                throw Failed(new StorageUnavailableException(StartFaults.Explain(fault, _server.Name).Message) { MayPass = false });
            }
            finally
            {
                _lanes.Leave(lane);
            }

            await PauseAsync(attempt);
        }
    }

    async ValueTask EnterAsync(Lane lane)
    {
        try
        {
            await _lanes.EnterAsync(lane);
        }
        catch (StorageUnavailableException fault) when (lane == Lane.Refreshes)
        {
            throw Failed(fault);
        }
    }

    /// <summary>Pauses grow and are random: callers that collided must not collide again.</summary>
    Task PauseAsync(int attempt) => Task.Delay(
        TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(1, Math.Min(LongestPause, 2 << Math.Min(attempt, 8)) + 1)), _clock);

    void Written(Lane lane, long start)
    {
        _telemetry.CommitDuration.Record(_clock.GetElapsedTime(start).TotalSeconds);
        // The success of another write says nothing about refreshes.
        if (lane != Lane.Refreshes) return;
        if (!_healthy) StorageLog.WritesGoOn(_log, _server.Name);
        _healthy = true;
    }

    StorageUnavailableException Failed(Exception fault)
    {
        if (_healthy) StorageLog.WritesFail(_log, _server.Name, fault);
        _healthy = false;
        return fault as StorageUnavailableException ?? EngineFaults.Unavailable(fault);
    }
}
