using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;
using Microsoft.Data.Sqlite;

namespace Handstamp.Rig.Runs;

/// <summary>One service from its start to its end: sessions, then each load in turn.</summary>
sealed class ServiceRun : IDisposable
{
    const string CountEach = """
        SELECT group_concat('SELECT count(*) AS n FROM "' || name || '"', ' UNION ALL ')
        FROM sqlite_schema WHERE type = 'table'
        """;

    readonly Settings _settings;
    readonly Contestant _contestant;
    readonly Service _service;
    readonly int _round;
    readonly Gauge _gauge;
    readonly WorkDirectory _data;
    readonly ServerProcess _server;
    readonly IReadOnlyList<Account> _accounts;
    IReadOnlyList<string> _tokens;

    public ServiceRun(Settings settings, Contestant contestant, int round, Gauge gauge)
    {
        (_settings, _contestant, _service, _round, _gauge) = (settings, contestant, contestant.Service!, round, gauge);
        _data = new WorkDirectory(settings.Root);
        var place = new Place(ServerProcess.FreePort(), _data.Path);
        _server = new ServerProcess(_service.Command(place), place.Port);
        _server.FirstAnswer(new Message("GET", _service.Ready));
        using var connection = new Connection(place.Port);
        _accounts = Sessions.Register(_service.Dialect, connection);
        _tokens = Sessions.LogIn(_service.Dialect, connection, _accounts);
    }

    public void Run()
    {
        if (_settings.Wants(Operations.Refresh)) Refresh();
        if (_settings.Wants(Operations.Forged)) Measure(Operations.Forged, Forged());
        if (_settings.Wants(Operations.Login) && _service.HasAccounts) Measure(Operations.Login, Logins());
    }

    public void Dispose()
    {
        _server.Dispose();
        _data.Dispose();
    }

    void Refresh()
    {
        var callers = _tokens.Select(token => new RefreshingCaller(_service.Dialect.Template, token)).ToList();
        Measure(Operations.Refresh, callers);
        _tokens = [.. callers.Select(caller => caller.RefreshToken)];
    }

    List<RepeatingCaller> Forged() =>
        [.. _tokens.Select(token =>
            new RepeatingCaller(_service.Dialect.Refresh(Forge(token)).ToBytes(), _service.Dialect.Refusal))];

    List<RepeatingCaller> Logins() =>
        [.. _accounts.Select(account => new RepeatingCaller(_service.Dialect.Login(account).ToBytes(), 200))];

    // Not the last character: some of its bits may mean nothing.
    static string Forge(string token)
    {
        var letters = token.ToCharArray();
        letters[^10] = letters[^10] == 'A' ? 'B' : 'A';
        return new string(letters);
    }

    void Measure(string operation, IReadOnlyList<Caller> callers)
    {
        using var generator = new Generator(_server.Port, callers);
        _gauge.Measure(
            _contestant.Key, operation, _round, _server, generator, _service.Database is null ? null : CountRows);
    }

    long CountRows()
    {
        var file = Path.Combine(_data.Path, _service.Database!);
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var tables = (string)Ask(connection, CountEach);
        return (long)Ask(connection, $"SELECT sum(n) FROM ({tables})");
    }

    static object Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Made from the schema's own names.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()!;
    }
}
