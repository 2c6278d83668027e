using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Sessions;

/// <summary>The columns of a session, in the order in which all statements return them, and their meaning.</summary>
static class SessionColumns
{
    public const string Session = """
        sessions.id, account_id, seen, first, last, issued_at, mac_key_id, transport, idle_expires_at, expires_at,
        client_id, key_thumbprint, amr, auth_time, scope, audience, seen_before, source, other_source,
        source_changed_at, contentions, contended_at, temporary
        """;

    /// <summary>
    /// When the key that made the session's newest refresh token was revoked, or null. The revocation ends the session
    /// without writing to its row: in an emergency there may be millions.
    /// </summary>
    public const string KeyRevokedAt = "(SELECT keys.revoked_at FROM keys WHERE keys.id = 'mac-' || mac_key_id)";

    /// <summary>
    /// After the columns of the session: the account's state as <see cref="AccountState"/> numbers it.
    /// </summary>
    public const string Reading = $"""
        {Session}, revoked_at, revoke_reason,
        coalesce((SELECT disabled_at IS NOT NULL FROM {Accounts} WHERE accounts.id = account_id), 2), {Claims},
        {KeyRevokedAt}
        """;

    /// <summary>What of <see cref="Reading"/> is not known of a live session whose account was found active.</summary>
    public const string LiveReading = $"{Session}, {Claims}";

    /// <summary>After the columns of the session.</summary>
    public const string Listed = $"{Session}, sessions.created_at, device_name, user_agent, address";

    // The planner prefers the key's own index, which only knows where the row is.
    public const string Accounts = "accounts INDEXED BY accounts_at_refresh";

    const string Claims = $"(SELECT claims FROM {Accounts} WHERE accounts.id = account_id)";

    public static SessionReading ReadReading(Statement row) => new(
        ReadSession(row),
        ReadEnd(row),
        (AccountState)row.Int32(25),
        AccountClaims.FromJson(row.TextOrNull(26)));

    public static SessionReading ReadLiveReading(Statement row) => new(
        ReadSession(row), End: null, AccountState.Active, AccountClaims.FromJson(row.TextOrNull(23)));

    // A session that expired earlier did not end by the revocation.
    static SessionEnd? ReadEnd(Statement row) =>
        !row.IsNull(23) ? new SessionEnd(row.Time(23), (EndReason)row.Int32(24))
        : row.TimeOrNull(27) is { } revokedAt && revokedAt < row.Time(8) ? new SessionEnd(revokedAt, EndReason.KeyRevoked)
        : null;

    public static ListedSession ReadListed(Statement row) => new(ReadSession(row), new SessionDevice
    {
        CreatedAt = row.Time(23),
        Name = row.TextOrNull(24),
        UserAgent = row.TextOrNull(25),
        Address = row.IsNull(26) ? null : new IPAddress(row.Blob(26)),
    });

    public static Session ReadSession(Statement row) => new()
    {
        Id = row.Id(0),
        AccountId = row.Id(1),
        Rotation = new RotationState(row.Int32(2), row.Int32(3), row.Int32(4), row.Time(5), row.Int32(16)),
        MacKeyId = (byte)row.Int32(6),
        Transport = (SessionTransport)row.Int32(7),
        IdleExpiresAt = row.Time(8),
        ExpiresAt = row.Time(9),
        ClientId = row.TextOrNull(10),
        KeyThumbprint = row.TextOrNull(11),
        AuthenticationMethods = row.Text(12),
        AuthenticatedAt = row.Time(13),
        Scope = row.TextOrNull(14),
        Audience = row.TextOrNull(15),
        SuspectedSharing = new SuspectedSharing(
            row.Int32OrNull(17), row.Int32OrNull(18), row.TimeOrNull(19), row.Int32(20), row.TimeOrNull(21)),
        IsTemporary = !row.IsNull(22),
    };
}
