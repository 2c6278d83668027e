namespace Handstamp.Storage.Sqlite.Audit;

/// <summary>The statements of the audit trail.</summary>
static class EventSql
{
    const string Columns =
        "id, at, kind, actor, actor_id, account_id, session_id, address, user_agent, outcome, detail, count, tally, since";

    // Selected after the columns: whether the event fits the filter. The last event that was read is returned in
    // any case.
    const string Fits = """
        (@kinds IS NULL OR instr(@kinds, ',' || kind || ',') > 0)
          AND (@low IS NULL OR (address BETWEEN @low AND @high AND length(address) = length(@low)) OR (address = @network AND kind BETWEEN 10 AND 19))
        """;

    public const string Add = $"""
        INSERT INTO events ({Columns}) VALUES (@id, @at, @kind, @actor, @actor_id, @account, @session, @address, @user_agent,
          @outcome, @detail, @count, @tally, @since)
        """;

    public const string Count = $"""
        {Add}
        ON CONFLICT (tally) WHERE tally IS NOT NULL DO UPDATE SET id = excluded.id, at = excluded.at, count = count + excluded.count,
          actor = excluded.actor, actor_id = excluded.actor_id, address = excluded.address, user_agent = excluded.user_agent
        """;

    public static readonly string ReadBack = Back("");

    public static readonly string ReadBackOfAccount = Back("account_id = @account AND");

    public const string ReadOn = $"""
        WITH page AS (
          SELECT {Columns} FROM events WHERE id > @after AND (@account IS NULL OR account_id = @account) ORDER BY id LIMIT @look)
        SELECT {Columns}, {Fits} AS fits, (SELECT count(*) FROM page) FROM page
        WHERE fits OR id = (SELECT max(id) FROM page) ORDER BY id
        """;

    public const string Sweep = "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE id < @before ORDER BY id LIMIT @limit)";

    // The rows are counted in the order of time, so the superfluous ones come first.
    public const string SweepRefusals = """
        DELETE FROM events WHERE tally IN (
          SELECT tally FROM events WHERE tally <= (
            SELECT tally FROM events WHERE tally < @end ORDER BY tally DESC LIMIT 1 OFFSET @keep)
          ORDER BY tally LIMIT @limit)
        """;

    static string Back(string ofAccount) => $"""
        WITH page AS (
          SELECT {Columns} FROM events WHERE {ofAccount} id < @before AND id >= @since ORDER BY id DESC LIMIT @look)
        SELECT {Columns}, {Fits} AS fits, (SELECT count(*) FROM page) FROM page
        WHERE fits OR id = (SELECT min(id) FROM page) ORDER BY id DESC
        """;
}
