using Handstamp.Server.Sessions;
using Handstamp.Storage.Postgres;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed;
using PostgresServer = Handstamp.TestBed.Postgres.PostgresServer;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class RefreshCostTests(ITestOutputHelper output) : PostgresTests
{
    // 20,000 more sessions like the first, inserted as new ones would be: their ids in order, their accounts not.
    const string FullPages = """
        DO $$
        DECLARE
          given sessions;
        BEGIN
          SELECT * INTO given FROM sessions;
          FOR number IN 1..20000 LOOP
            given.id := lpad(to_hex(number), 32, '0')::uuid;
            given.account_id := gen_random_uuid();
            INSERT INTO sessions SELECT (given).*;
          END LOOP;
        END $$
        """;

    static readonly Sql PlansOfRotations = new(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'UPDATE sessions SET seen = %'");

    [Fact]
    public async Task A_refresh_is_one_round_trip()
    {
        var line = await Engine.ReopenOverLineAsync();
        var session = await StoredSessionAsync();
        // First the connection is made; the second time, the statement is prepared.
        for (var first = 0; first < 2; first++) session = await RotatedAsync(session);
        var before = line.RoundTrips;

        for (var count = 0; count < 10; count++) session = await RotatedAsync(session);

        Assert.Equal(10, line.RoundTrips - before);
    }

    [Fact]
    public async Task A_refresh_runs_a_statement_that_is_prepared_and_planned_for_all()
    {
        // Only the connection itself can say what is prepared, so there is only one.
        await using var engine = new PostgresEngine { Settings = "Maximum Pool Size=1" };
        await engine.OpenAsync();
        var session = (await StoreAsync(engine, 1))[0];

        for (var count = 0; count < 10; count++)
            session = (await engine.Sessions.TryRotateAsync(Given.Rotation(session)))!.Session;

        var database = ((PostgresStorage)engine.Storage).Database;
        var plans = await database.FindAsync(Work.Read, PlansOfRotations.Call(), static row => (All: row.Int64(0), Own: row.Int64(1)));
        // The first time, the client does not know yet that the statement is used again.
        Assert.Equal((9, 0), plans);
    }

    [Fact]
    public async Task Rotations_are_updates_in_place_that_touch_no_index()
    {
        // Use a separate server: an old row version is removed only when no transaction needs the earlier state.
        await using var server = await PostgresServer.StartAsync("autovacuum=off");
        await using var engine = new PostgresEngine(server);
        await engine.OpenAsync();
        var session = (await StoreAsync(engine, 1))[0];
        await engine.AskAsync(FullPages);

        for (var count = 0; count < 1000; count++)
            session = (await engine.Sessions.TryRotateAsync(Given.Rotation(session)))!.Session;

        // A connection reports its statistics when it ends.
        await engine.CloseAsync();
        await Eventually.TrueAsync(async () => await CountAsync(engine, "n_tup_upd") >= 1000, "the updates are counted");
        Assert.Equal(1000, await CountAsync(engine, "n_tup_upd"));
        Assert.Equal(1000, await CountAsync(engine, "n_tup_hot_upd"));
    }

    [Fact]
    public async Task A_session_takes_at_most_400_bytes_with_its_indexes()
    {
        await Sessions.TryCreateAsync(Given.Session((await StoredAccountAsync()).Id), Given.Device with { UserAgent = new('x', 100) });

        await Engine.AskAsync(FullPages);

        var bytes = await AskAsync<long>("SELECT pg_total_relation_size('sessions') / (SELECT count(*) FROM sessions)");
        output.WriteLine($"{bytes} bytes per session");
        Assert.InRange(bytes, 200, 400);
    }

    static async Task<long> CountAsync(PostgresEngine engine, string counter) => (long)(await engine.AskAsync(
        $"SELECT {counter} FROM pg_stat_user_tables WHERE relid = 'sessions'::regclass"))!;

    async Task<Session> RotatedAsync(Session session) =>
        (await Sessions.TryRotateAsync(Given.Rotation(session)))!.Session;
}
