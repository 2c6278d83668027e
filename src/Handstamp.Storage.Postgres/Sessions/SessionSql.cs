using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Sessions;

/// <summary>The statements of the session store.</summary>
static class SessionSql
{
    // The idle expiry is never past the absolute one (IdleEnd), so it alone decides.
    public const string Live = $"revoked_at IS NULL AND idle_expires_at > @now AND {SessionColumns.KeyRevokedAt} IS NULL";

    // What was valid when the token was made has to be valid when its generation is stored.
    const string NewKeyIsGood = "(SELECT keys.revoked_at FROM keys WHERE keys.id = 'mac-' || @mac_key_id) IS NULL";

    // What the person has chosen at the login is in the row, so no other statement asks for it.
    const string IdleEnd = "least(expires_at, @now + CASE WHEN temporary IS NULL THEN @idle ELSE @temporary_idle END)";

    // From one source, then from another, and soon from the first one again.
    const string Alternates = "(other_source = @source AND source <> @source AND @now - source_changed_at < @alternation)";

    // The account's row is locked. A change of it that ends its sessions waits, and then sees this session. So does
    // another login, which counts after this one. No row: the account is no longer as it was verified.
    public static readonly Sql HoldTerms = new("""
        SELECT claims FROM accounts WHERE id = @account AND disabled_at IS NULL AND security_stamp = @stamp
        FOR NO KEY UPDATE
        """);

    // Locked as well: a revocation of the key at the same moment either waits and then sees the session, or is seen
    // here.
    public static readonly Sql HoldKey = new("SELECT revoked_at FROM keys WHERE id = 'mac-' || @mac_key_id FOR SHARE");

    public static readonly Sql CountLive =
        new($"SELECT count(*)::integer FROM sessions WHERE account_id = @account AND {Live}");

    public static readonly Sql Create = new($"""
        WITH begun AS (INSERT INTO sessions (id, account_id, seen, first, last, issued_at, seen_before, mac_key_id, transport, idle_expires_at,
          expires_at, client_id, key_thumbprint, amr, auth_time, scope, audience, source, source_changed_at, created_at,
          device_name, user_agent, address, temporary)
        VALUES (@id, @account, @seen, @first, @last, @issued_at, @seen_before, @mac_key_id, @transport, @idle_expires_at,
          @expires_at, @client_id, @key_thumbprint, @amr, @auth_time, @scope, @audience, @source, @source_changed_at,
          @created_at, @device_name, @user_agent, @address, @temporary))
        {EventSql.Insert()}
        """);

    // Exactly the rotate cells of RotationRules: presented is among the live generations, and if it is the last one,
    // its window is over.
    public static readonly Sql Rotate = new($"""
        UPDATE sessions SET seen = @presented, first = last + 1, last = last + 1, issued_at = @now,
          mac_key_id = @mac_key_id, idle_expires_at = {IdleEnd}, seen_before = seen,
          {NoteUse(Alternates)}
        FROM accounts
        WHERE sessions.id = @id AND {Live} AND transport = @transport AND (key_thumbprint IS NULL OR key_thumbprint = @key_thumbprint)
          AND first <= @presented AND @presented <= last
          AND NOT (@presented = last AND abs(@now - issued_at) < @window)
          AND accounts.id = account_id AND disabled_at IS NULL AND {NewKeyIsGood}
        RETURNING {SessionColumns.LiveReading}
        """);

    // A password change at the same moment ends the session as well: this statement then waits for the row, and finds it
    // ended.
    public static readonly Sql Reauthenticate = new($"""
        WITH renewed AS (UPDATE sessions SET amr = @amr, auth_time = @auth_time
        WHERE id = @id AND account_id = @account AND {Live}
          AND EXISTS (SELECT 1 FROM accounts WHERE accounts.id = account_id AND disabled_at IS NULL AND security_stamp = @stamp)
        RETURNING {SessionColumns.Reading}),
        noted AS ({EventSql.Insert(from: "FROM renewed")})
        SELECT * FROM renewed
        """);

    public static readonly Sql Find = new($"SELECT {SessionColumns.Reading} FROM sessions WHERE id = @id");

    const string InState = "seen = @seen AND first = @first AND last = @last AND issued_at = @issued_at";

    public static readonly Sql Advance = new($"""
        WITH advanced AS (UPDATE sessions SET seen = @to_seen, first = @to_first, last = @to_last, issued_at = @to_issued_at,
          mac_key_id = @mac_key_id, idle_expires_at = {IdleEnd},
          {NoteUse($"first < last OR {Alternates}")}
        WHERE id = @id AND {Live} AND {InState} AND {NewKeyIsGood}
        RETURNING {SessionColumns.Reading}),
        counted AS ({EventSql.InsertCounted(from: "FROM advanced")})
        SELECT * FROM advanced
        """);

    public static readonly Sql Note = new($"""
        UPDATE sessions SET {NoteUse(Alternates)}
        WHERE id = @id AND {Live} AND {InState}
        RETURNING {SessionColumns.Session}
        """);

    const string End = $"UPDATE sessions SET revoked_at = @now, revoke_reason = @reason WHERE {Live} AND";

    public static readonly Sql EndOne = Ending("id = @id");

    public static readonly Sql EndInState = Ending($"id = @id AND {InState}");

    public static readonly Sql EndOwn = Ending("id = @id AND account_id = @account");

    public static readonly Sql EndOwnDevice = new($"{End} id = @id AND account_id = @account RETURNING device_name, user_agent");

    // Including the sessions that ended earlier in the transaction. Nothing else here is about them.
    public static readonly Sql EndOfAccount = new($"""
        WITH ended AS ({End} account_id = @account RETURNING id)
        {EventSql.Insert(account: "@account", session: "NULL::uuid", count: "count(*)::integer + @before", from: "FROM ended HAVING count(*) + @before > 0")}
        RETURNING count
        """);

    // Locked before they end: a session that a refresh is using at this moment is checked again, and skipped.
    public static readonly Sql EndIdlest = new($"""
        WITH idlest AS MATERIALIZED (
          SELECT id FROM sessions WHERE account_id = @account AND {Live} AND issued_at <= @idle_since
          ORDER BY issued_at, id LIMIT @count FOR UPDATE),
        ended AS ({End} id IN (SELECT id FROM idlest) RETURNING id)
        {EventSql.Insert(account: "@account", session: "NULL::uuid", count: "count(*)::integer", from: "FROM ended HAVING count(*) > 0")}
        RETURNING count
        """);

    public static readonly Sql List = new($"""
        SELECT {SessionColumns.Listed} FROM sessions WHERE account_id = @account AND {Live}
        ORDER BY created_at DESC, id DESC LIMIT @limit
        """);

    public static readonly Sql ListSeen =
        new("SELECT user_agent, address FROM sessions WHERE account_id = @account ORDER BY created_at DESC LIMIT @limit");

    // Locked first: another request that gives the session the same name at the same moment waits, and then sees that name.
    public static readonly Sql Rename = new($"""
        WITH held AS MATERIALIZED (
          SELECT id, device_name FROM sessions WHERE id = @id AND account_id = @account AND {Live} FOR NO KEY UPDATE),
        renamed AS (
          UPDATE sessions SET device_name = @name FROM held
          WHERE sessions.id = held.id AND held.device_name IS DISTINCT FROM @name RETURNING sessions.id),
        noted AS ({EventSql.Insert(from: "FROM renamed")})
        SELECT EXISTS (SELECT 1 FROM renamed) FROM held
        """);

    static Sql Ending(string which) => new($"""
        WITH ended AS ({End} {which} RETURNING id, account_id)
        {EventSql.Insert(account: "account_id", session: "ended.id", count: "1", from: "FROM ended")}
        RETURNING account_id
        """);

    // Every expression of a SET sees the row as it was before the update.
    static string NoteUse(string sign) => $"""
        contentions = contentions + CASE WHEN {sign} THEN 1 ELSE 0 END,
          contended_at = CASE WHEN {sign} THEN @now ELSE contended_at END,
          other_source = CASE WHEN source = @source THEN other_source ELSE source END,
          source_changed_at = CASE WHEN source = @source THEN source_changed_at ELSE @now END, source = @source
        """;

    // The session ended before it expired.
    const string Swept =
        $"coalesce(revoked_at, least(idle_expires_at, coalesce({SessionColumns.KeyRevokedAt}, idle_expires_at))) < @before";

    public static readonly Sql LookAhead = new($"""
        SELECT count(*)::integer, count(*) FILTER (WHERE swept)::integer, max(id::text)::uuid FROM
          (SELECT id, {Swept} AS swept FROM sessions WHERE id > @after ORDER BY id LIMIT @batch) AS ahead
        """);

    public static readonly Sql Sweep = new($"DELETE FROM sessions WHERE id > @after AND id <= @last AND {Swept}");

    public static readonly Sql FindMoved = new("SELECT session_id FROM moved_sessions WHERE token = @token AND expires_at > @now");

    // One that is forgotten, and not swept yet, makes room.
    public static readonly Sql Move = new("""
        INSERT INTO moved_sessions (token, session_id, expires_at) VALUES (@token, @id, @expires_at)
        ON CONFLICT (token) DO UPDATE SET session_id = excluded.session_id, expires_at = excluded.expires_at
        WHERE moved_sessions.expires_at <= @now
        """);

    public static readonly Sql SweepMoved = new("""
        DELETE FROM moved_sessions WHERE token IN (SELECT token FROM moved_sessions WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)
        """);
}
