using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Audit;

/// <summary>The statements of the audit trail.</summary>
static class EventSql
{
    const string Columns =
        "id, at, kind, actor, actor_id, account_id, session_id, address, user_agent, outcome, detail, count, tally, since";

    // Selected after the columns: whether the event fits the filter. The last event that was read is returned in
    // any case.
    const string Fits = """
        coalesce((@kinds IS NULL OR strpos(@kinds, ',' || kind || ',') > 0)
          AND (@low IS NULL OR (address BETWEEN @low AND @high AND length(address) = length(@low)) OR (address = @network AND kind BETWEEN 10 AND 19)), false)
        """;

    public static readonly Sql Add = new(Insert());

    public static readonly Sql ReadBack = Back("");

    public static readonly Sql ReadBackOfAccount = Back("account_id = @account AND");

    public static readonly Sql ReadOn = new($"""
        WITH page AS (
          SELECT {Columns} FROM events WHERE id > @after AND (@account IS NULL OR account_id = @account) ORDER BY id LIMIT @look)
        SELECT {Columns}, {Fits}, (SELECT count(*)::integer FROM page) FROM page
        WHERE {Fits} OR id = (SELECT id FROM page ORDER BY id DESC LIMIT 1) ORDER BY id
        """);

    public static readonly Sql Sweep =
        new("DELETE FROM events WHERE id IN (SELECT id FROM events WHERE id < @before ORDER BY id LIMIT @limit)");

    // The rows are counted in the order of time, so the superfluous ones come first.
    public static readonly Sql SweepRefusals = new("""
        DELETE FROM events WHERE tally IN (
          SELECT tally FROM events WHERE tally <= (
            SELECT tally FROM events WHERE tally < @end ORDER BY tally DESC LIMIT 1 OFFSET @keep)
          ORDER BY tally LIMIT @limit)
        """);

    // If the tally already exists, its row is updated.
    public static readonly Sql Count = new($"{Insert(tally: "@event_tally", since: "@event_since")} {OnConflict}");

    public static readonly Sql AddAll = new(InsertMany);

    // In the order of the tallies, so that two nodes never wait for each other.
    public static readonly Sql CountAll = new($"{InsertMany} ORDER BY tally {OnConflict}");

    const string InsertMany = $"""
        INSERT INTO events ({Columns})
        SELECT id, at, kind, actor, actor_id, account_id, session_id, decode(address, 'hex'), user_agent, outcome, detail, count, tally, since
        FROM json_to_recordset(@events::json) AS listed(
          id uuid, at bigint, kind smallint, actor smallint, actor_id text, account_id uuid, session_id uuid, address text,
          user_agent text, outcome text, detail text, count integer, tally uuid, since bigint)
        """;

    const string OnConflict = """
        ON CONFLICT (tally) WHERE tally IS NOT NULL DO UPDATE SET id = excluded.id, at = excluded.at, count = events.count + excluded.count,
          actor = excluded.actor, actor_id = excluded.actor_id, address = excluded.address, user_agent = excluded.user_agent
        """;

    /// <summary>
    /// The end of a statement that adds the event of the change made in it. What only the database knows comes
    /// <paramref name="from"/> that change.
    /// </summary>
    public static string Insert(
        string account = "@event_account", string session = "@event_session", string count = "@event_count", string from = "",
        string tally = "NULL::uuid", string since = "NULL::bigint") => $"""
        INSERT INTO events ({Columns})
        SELECT @event_id, @event_at, @event_kind, @event_actor, @event_actor_id, {account}, {session}, @event_address, @event_user_agent,
          @event_outcome, @event_detail, {count}, {tally}, {since} {from}
        """;

    /// <summary>The same for a counted event.</summary>
    public static string InsertCounted(string from) =>
        $"{Insert(from: from, tally: "@event_tally", since: "@event_since")} {OnConflict}";

    static Sql Back(string ofAccount) => new($"""
        WITH page AS (
          SELECT {Columns} FROM events WHERE {ofAccount} id < @before AND id >= @since ORDER BY id DESC LIMIT @look)
        SELECT {Columns}, {Fits}, (SELECT count(*)::integer FROM page) FROM page
        WHERE {Fits} OR id = (SELECT id FROM page ORDER BY id LIMIT 1) ORDER BY id DESC
        """);
}
