using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// Remembers the newest timeline that was seen, also in a file, and refuses connections to a server on an older one.
/// Such a server does not know that it was replaced, and would answer that newer sessions do not exist.
/// </summary>
sealed class Timelines
{
    // A standby is on its primary's timeline, and is not used anyway. Every role may call this function.
    const string Ask = """
        SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL ELSE
          (SELECT system_identifier::text FROM pg_catalog.pg_control_system())
            || '/' || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8) END
        """;

    readonly Lock _lock = new();
    ILogger _log = NullLogger.Instance;
    string? _file;
    bool _keeps;
    Timeline? _newest;
    Timeline? _refused;

    /// <summary>Another server has been promoted: connections to the previous one must not be used any more.</summary>
    public event Action? Advanced;

    /// <summary>Reads the file that <see cref="Keep"/> writes.</summary>
    public void Open(string file, ILogger log)
    {
        lock (_lock)
        {
            (_file, _log) = (file, log);
            try
            {
                if (Timeline.TryParse(OwnFile.ReadIfThere(file)) is { } kept && _newest is null) _newest = kept;
            }
            catch (Exception fault) when (fault.IsFileFault())
            {
                DatabaseLog.TimelineNotKept(_log, file, fault);
            }
        }
    }

    /// <summary>From now on the file is updated. A command that runs beside the service does not change it.</summary>
    public void Keep()
    {
        lock (_lock)
        {
            _keeps = true;
            Write();
        }
    }

    /// <summary>
    /// Throws <see cref="OldTimelineException"/> if the connection leads to a server that was replaced.
    /// </summary>
    public async Task CheckAsync(NpgsqlConnection connection)
    {
        try
        {
            Judge(Timeline.TryParse(await connection.AskAsync(Ask, CancellationToken.None) as string), connection);
        }
        catch (PostgresException fault) when (!fault.IsEngineFault())
        {
            // An engine that speaks PostgreSQL's protocol and has no timelines.
        }
    }

    public void Check(NpgsqlConnection connection)
    {
        try
        {
            using var command = connection.Script(Ask);
            Judge(Timeline.TryParse(command.ExecuteScalar() as string), connection);
        }
        catch (PostgresException fault) when (!fault.IsEngineFault())
        {
            // The same as above.
        }
    }

    void Judge(Timeline? seen, NpgsqlConnection connection)
    {
        if (seen is not { } timeline) return;
        var advanced = false;
        lock (_lock)
        {
            if (_newest is { } newest && timeline.IsOlderThan(newest)) throw Refuse(timeline, newest, connection);
            (advanced, _refused) = (_newest is not null && _newest != timeline, null);
            if (_newest == timeline) return;
            _newest = timeline;
            Write();
        }
        if (advanced) Advanced?.Invoke();
    }

    OldTimelineException Refuse(Timeline seen, Timeline newest, NpgsqlConnection connection)
    {
        if (_refused != seen) DatabaseLog.OldPrimary(_log, connection.DataSource, seen, newest, _file);
        _refused = seen;
        return new OldTimelineException(
            $"{connection.DataSource} was replaced as the primary (its timeline is {seen}, and {newest} was seen). To go back to it "
            + $"for good, stop all nodes and delete {_file ?? "their memory of it"}.");
    }

    void Write()
    {
        if (!_keeps || _file is null || _newest is not { } newest) return;
        try
        {
            OwnFile.Replace(_file, newest.ToString());
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            DatabaseLog.TimelineNotKept(_log, _file, fault);
        }
    }
}
