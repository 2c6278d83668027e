namespace Handstamp.Storage.Sqlite.Sessions;

/// <summary>The statements of the session store.</summary>
static class SessionSql
{
    // The idle expiry is never past the absolute one (a constraint), so it alone decides.
    public const string Live = $"revoked_at IS NULL AND idle_expires_at > @now AND {SessionColumns.KeyRevokedAt} IS NULL";

    // What was valid when the token was made has to be valid when its generation is stored.
    const string NewKeyIsGood = "(SELECT keys.revoked_at FROM keys WHERE keys.id = 'mac-' || @mac_key_id) IS NULL";

    // What the person has chosen at the login is in the row, so no other statement asks for it.
    const string IdleEnd = "min(expires_at, @now + CASE WHEN temporary IS NULL THEN @idle ELSE @temporary_idle END)";

    // From one source, then from another, and soon from the first one again.
    const string Alternates = "(other_source = @source AND source <> @source AND @now - source_changed_at < @alternation)";

    // No row: the account is no longer as it was verified.
    public const string Terms = "SELECT claims FROM accounts WHERE id = @account AND disabled_at IS NULL AND security_stamp = @stamp";

    public const string IsKeyRevoked = "SELECT 1 FROM keys WHERE id = 'mac-' || @mac_key_id AND revoked_at IS NOT NULL";

    public const string CountLive = $"""
        SELECT count(*), coalesce(sum(issued_at <= @idle_since), 0) FROM sessions WHERE account_id = @account AND {Live}
        """;

    public const string Create = """
        INSERT INTO sessions (id, account_id, seen, first, last, issued_at, seen_before, mac_key_id, transport, idle_expires_at,
          expires_at, client_id, key_thumbprint, amr, auth_time, scope, audience, source, source_changed_at, created_at,
          device_name, user_agent, address, temporary)
        VALUES (@id, @account, @seen, @first, @last, @issued_at, @seen_before, @mac_key_id, @transport, @idle_expires_at,
          @expires_at, @client_id, @key_thumbprint, @amr, @auth_time, @scope, @audience, @source, @source_changed_at,
          @created_at, @device_name, @user_agent, @address, @temporary)
        """;

    // Exactly the rotate cells of RotationRules: presented is among the live generations, and if it is the last one,
    // its window is over.
    public static readonly string Rotate = $"""
        UPDATE sessions SET seen = @presented, first = last + 1, last = last + 1, issued_at = @now,
          mac_key_id = @mac_key_id, idle_expires_at = {IdleEnd}, seen_before = seen,
          {NoteUse(Alternates)}
        WHERE id = @id AND {Live} AND transport = @transport AND (key_thumbprint IS NULL OR key_thumbprint = @key_thumbprint)
          AND first <= @presented AND @presented <= last
          AND NOT (@presented = last AND abs(@now - issued_at) < @window)
          AND EXISTS (SELECT 1 FROM {SessionColumns.Accounts} WHERE accounts.id = account_id AND disabled_at IS NULL)
          AND {NewKeyIsGood}
        RETURNING {SessionColumns.LiveReading}
        """;

    public const string Reauthenticate = $"""
        UPDATE sessions SET amr = @amr, auth_time = @auth_time
        WHERE id = @id AND account_id = @account AND {Live}
          AND EXISTS (SELECT 1 FROM accounts WHERE accounts.id = account_id AND disabled_at IS NULL AND security_stamp = @stamp)
        RETURNING {SessionColumns.Reading}
        """;

    public const string Find = $"SELECT {SessionColumns.Reading} FROM sessions WHERE id = @id";

    const string InState = "seen = @seen AND first = @first AND last = @last AND issued_at = @issued_at";

    public static readonly string Advance = $"""
        UPDATE sessions SET seen = @to_seen, first = @to_first, last = @to_last, issued_at = @to_issued_at,
          mac_key_id = @mac_key_id, idle_expires_at = {IdleEnd},
          {NoteUse($"first < last OR {Alternates}")}
        WHERE id = @id AND {Live} AND {InState} AND {NewKeyIsGood}
        RETURNING {SessionColumns.Reading}
        """;

    public static readonly string Note = $"""
        UPDATE sessions SET {NoteUse(Alternates)}
        WHERE id = @id AND {Live} AND {InState}
        RETURNING {SessionColumns.Session}
        """;

    const string End = $"UPDATE sessions SET revoked_at = @now, revoke_reason = @reason WHERE {Live} AND";

    public const string EndOne = $"{End} id = @id RETURNING account_id";

    public const string EndInState = $"{End} id = @id AND {InState} RETURNING account_id";

    public const string EndOwn = $"{End} id = @id AND account_id = @account RETURNING account_id";

    public const string EndOfAccount = $"{End} account_id = @account";

    public const string EndIdlest = $"""
        {End} id IN
          (SELECT id FROM sessions WHERE account_id = @account AND {Live} ORDER BY issued_at, id LIMIT @count)
        """;

    public const string FindOwnDevice = $"SELECT device_name, user_agent FROM sessions WHERE id = @id AND account_id = @account AND {Live}";

    public const string List = $"""
        SELECT {SessionColumns.Listed} FROM sessions WHERE account_id = @account AND {Live}
        ORDER BY created_at DESC, id DESC LIMIT @limit
        """;

    public const string ListSeen =
        "SELECT user_agent, address FROM sessions WHERE account_id = @account ORDER BY created_at DESC LIMIT @limit";

    public const string Rename =
        $"UPDATE sessions SET device_name = @name WHERE id = @id AND account_id = @account AND {Live} AND device_name IS NOT @name";

    // Every expression of a SET sees the row as it was before the update.
    static string NoteUse(string sign) => $"""
        contentions = contentions + iif({sign}, 1, 0), contended_at = iif({sign}, @now, contended_at),
          other_source = iif(source = @source, other_source, source),
          source_changed_at = iif(source = @source, source_changed_at, @now), source = @source
        """;

    // The session ended before it expired.
    const string Swept =
        $"coalesce(revoked_at, min(idle_expires_at, coalesce({SessionColumns.KeyRevokedAt}, idle_expires_at))) < @before";

    public const string LookAhead = $"""
        SELECT count(*), coalesce(sum(swept), 0), max(id) FROM
          (SELECT id, {Swept} AS swept FROM sessions WHERE id > coalesce(@after, x'') ORDER BY id LIMIT @batch)
        """;

    public const string Sweep = $"DELETE FROM sessions WHERE id > coalesce(@after, x'') AND id <= @last AND {Swept}";

    public const string FindMoved = "SELECT session_id FROM moved_sessions WHERE token = @token AND expires_at > @now";

    // One that is forgotten, and not swept yet, makes room.
    public const string Move = """
        INSERT INTO moved_sessions (token, session_id, expires_at) VALUES (@token, @id, @expires_at)
        ON CONFLICT (token) DO UPDATE SET session_id = excluded.session_id, expires_at = excluded.expires_at
        WHERE moved_sessions.expires_at <= @now
        """;

    public const string SweepMoved = """
        DELETE FROM moved_sessions WHERE token IN (SELECT token FROM moved_sessions WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)
        """;
}
