using Handstamp.Rig.Databases;
using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;

namespace Handstamp.Rig.Runs;

/// <summary>
/// Many sessions, each refreshed once after a checkpoint, so that each page is written to the log whole; and then a few
/// times more, which gives the cost of a refresh without that.
/// </summary>
sealed class ManyRun : IDisposable
{
    const int Rotations = 4;

    readonly WorkDirectory _data;
    readonly PostgresDatabase _database;
    readonly Population _people;
    readonly ServerProcess _server;

    public ManyRun(Settings settings, Contestants contestants)
    {
        _data = new WorkDirectory(settings.Root);
        // Checkpoints happen only when this run asks for them.
        _database = PostgresDatabase.Start("checkpoint_timeout=1h", "max_wal_size=32GB");
        _people = Population.FoundAsync(_data.Path, _database.ConnectionString, settings.Sessions)
            .GetAwaiter().GetResult();
        var place = new Place(ServerProcess.FreePort(), _data.Path, _database.ConnectionString);
        _server = new ServerProcess(contestants.Serve(place), place.Port);
        _server.FirstAnswer(new Message("GET", "/health/ready"));
    }

    public ManySessions Run()
    {
        var whenNew = BytesOf("sessions");
        var pages = _database.Number("SELECT pg_relation_size('sessions') / current_setting('block_size')::int");
        _database.Run("CHECKPOINT");
        var start = Now();
        RefreshEach(generation: 1);
        var first = Now();
        for (var generation = 2; generation <= Rotations; generation++) RefreshEach(generation);
        var rest = Now();
        _database.Run("CHECKPOINT");
        var end = Now();

        double Each(double sum) => sum / _people.Count;
        var wal = Each(rest.Database.WalBytes - first.Database.WalBytes) / (Rotations - 1);
        return new ManySessions(
            _people.Count, Rotations,
            RowsPerPage: _people.Count / (double)pages,
            BytesWhenNew: Each(whenNew),
            BytesWhenUsed: Each(BytesOf("sessions")),
            AccountBytes: BytesOf("accounts") / (double)_database.Number("SELECT count(*) FROM accounts"),
            ImageBytes: (first.Database.WalBytes - start.Database.WalBytes - (wal * _people.Count)) / pages,
            wal,
            NodeMilliseconds: Each((rest.Node - start.Node).TotalMilliseconds) / Rotations,
            PostgresMilliseconds: Each((end.Database.Cpu - start.Database.Cpu).TotalMilliseconds) / Rotations,
            HotShare: (end.Database.HotUpdates - start.Database.HotUpdates)
                / (double)(end.Database.Updates - start.Database.Updates));
    }

    public void Dispose()
    {
        _server.Dispose();
        _database.Dispose();
        _data.Dispose();
    }

    void RefreshEach(int generation)
    {
        var draw = new Draw(
            [.. _people.Tokens(generation).Select(token => Dialect.Handstamp.Refresh(token).ToBytes())], again: false);
        var callers = Enumerable.Range(0, Settings.Callers).Select(_ => new DrawingCaller(draw));
        using var generator = new Generator(_server.Port, [.. callers]);
        var load = generator.Run(TimeSpan.FromHours(1));
        generator.Drain();
        Console.WriteLine(
            $"  {_people.Count:N0} sessions, refresh {generation} of each: {load.Operations / load.Elapsed.TotalSeconds:N0}/s");
    }

    long BytesOf(string table) => _database.Number($"SELECT pg_total_relation_size('{table}')");

    (TimeSpan Node, Meters Database) Now() => (_server.Cpu, _database.Read()!.Value);
}
