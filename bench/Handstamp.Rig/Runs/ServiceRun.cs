using Handstamp.Rig.Databases;
using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Runs;

/// <summary>One service from its start to its end: sessions, then each load in turn.</summary>
sealed class ServiceRun : IDisposable
{
    readonly Settings _settings;
    readonly Contestant _contestant;
    readonly Service _service;
    readonly int _round;
    readonly Gauge _gauge;
    readonly WorkDirectory _data;
    readonly IDatabase? _database;
    readonly List<ServerProcess> _servers = [];
    readonly IReadOnlyList<Account> _accounts;
    IReadOnlyList<string> _tokens;

    public ServiceRun(Settings settings, Contestant contestant, int round, Gauge gauge)
    {
        (_settings, _contestant, _service, _round, _gauge) = (settings, contestant, contestant.Service!, round, gauge);
        _data = new WorkDirectory(settings.Root);
        _database = OpenDatabase();
        // Start one after another: the first one makes the tables.
        for (var node = 0; node < _service.Nodes; node++) StartServer();
        using var connection = new Connection(_servers[0].Port);
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
        foreach (var server in _servers) server.Dispose();
        _database?.Dispose();
        _data.Dispose();
    }

    IDatabase? OpenDatabase() => (_settings.Postgres, _service.Database) switch
    {
        (true, _) => PostgresDatabase.Start(),
        (false, { } file) => new SqliteDatabase(Path.Combine(_data.Path, file)),
        _ => null,
    };

    void StartServer()
    {
        var place = new Place(
            ServerProcess.FreePort(), _data.Path, (_database as PostgresDatabase)?.ConnectionString);
        var server = new ServerProcess(_service.Command(place), place.Port);
        _servers.Add(server);
        server.FirstAnswer(new Message("GET", _service.Ready));
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

    // Not the last character: some of its bits may be unused.
    static string Forge(string token)
    {
        var letters = token.ToCharArray();
        letters[^10] = letters[^10] == 'A' ? 'B' : 'A';
        return new string(letters);
    }

    void Measure(string operation, IReadOnlyList<Caller> callers)
    {
        using var generator = new Generator([.. _servers.Select(server => server.Port)], callers);
        _gauge.Measure(_contestant.Key, operation, _round, _servers, generator, _database);
    }
}
