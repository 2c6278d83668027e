using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Sessions;

/// <summary>
/// One statement for each operation, and one for its event, except when a session is added. The schema's trigger puts
/// an end on the feed.
/// </summary>
sealed partial class SqliteSessionStore(SqliteStorage storage) : IAccountSessionStore
{
    public Task<SessionReading?> TryRotateAsync(Rotation rotation) =>
        storage.Writer.RunAsync(rotation, static (database, rotation) =>
        {
            using var update = database.Use(SessionSql.Rotate)
                .Bind("@id", rotation.SessionId)
                .Bind("@presented", rotation.Presented)
                .Bind("@transport", (int)rotation.Transport)
                .Bind("@key_thumbprint", rotation.KeyThumbprint)
                .Bind("@window", Milliseconds(rotation.RetryWindow));
            BindIssue(update, rotation.Issue);
            return update.Step() ? SessionColumns.ReadLiveReading(update) : null;
        });

    public Task<SessionReading?> TryReauthenticateAsync(Reauthentication again, Event done) =>
        storage.Writer.RunAllAsync((again, done), static (database, row) =>
        {
            using var update = database.Use(SessionSql.Reauthenticate)
                .Bind("@id", row.again.SessionId)
                .Bind("@account", row.again.AccountId)
                .Bind("@stamp", row.again.SecurityStamp)
                .Bind("@amr", row.again.Methods)
                .Bind("@auth_time", row.again.At)
                .Bind("@now", row.done.At);
            if (!update.Step()) return null;
            SqliteEventStore.Add(database, row.done);
            return SessionColumns.ReadReading(update);
        });

    public Task<SessionReading?> FindAsync(Guid id, CancellationToken cancel) =>
        storage.Readers.ReadAsync(id, static (database, id) =>
        {
            using var select = database.Use(SessionSql.Find).Bind("@id", id);
            return select.Step() ? SessionColumns.ReadReading(select) : null;
        }, cancel);

    public Task<SessionReading?> TryAdvanceAsync(
        Guid id, RotationState from, RotationState to, Issue issue, Event lateRetry) =>
        storage.Writer.RunAllAsync((id, from, to, issue, lateRetry), static (database, step) =>
        {
            using var update = database.Use(SessionSql.Advance)
                .Bind("@id", step.id)
                .Bind("@to_seen", step.to.Seen)
                .Bind("@to_first", step.to.First)
                .Bind("@to_last", step.to.Last)
                .Bind("@to_issued_at", step.to.IssuedAt);
            BindState(update, step.from);
            BindIssue(update, step.issue);
            if (!update.Step()) return null;
            SqliteEventStore.Count(database, step.lateRetry);
            return SessionColumns.ReadReading(update);
        });

    public Task<Session?> TryNoteUseAsync(Guid id, RotationState inState, Issue issue) =>
        storage.Writer.RunAsync((id, inState, issue), static (database, use) =>
        {
            using var update = database.Use(SessionSql.Note)
                .Bind("@id", use.id)
                .Bind("@now", use.issue.At);
            BindState(update, use.inState);
            BindUse(update, use.issue.By);
            return update.Step() ? SessionColumns.ReadSession(update) : null;
        });

    public Task<Event?> TryEndAsync(Guid id, SessionEnding ending, RotationState? inState = null) =>
        storage.Writer.RunAllAsync((id, ending, inState), static (database, end) =>
        {
            using var update = database.Use(end.inState is null ? SessionSql.EndOne : SessionSql.EndInState)
                .Bind("@id", end.id);
            if (end.inState is { } state) BindState(update, state);
            return End(database, update, end.id, end.ending);
        });

    public Task<Event?> TryEndOwnAsync(Guid id, Guid accountId, SessionEnding ending) =>
        storage.Writer.RunAllAsync((id, accountId, ending), static (database, end) =>
        {
            using var update = database.Use(SessionSql.EndOwn).Bind("@id", end.id).Bind("@account", end.accountId);
            return End(database, update, end.id, end.ending);
        });

    public Task<Event?> EndAllAsync(Guid accountId, SessionEnding ending) =>
        storage.Writer.RunAllAsync((accountId, ending), static (database, end) => EndAll(database, end.accountId, end.ending));

    public Task<IReadOnlyList<ListedSession>> ListAsync(
        Guid accountId, DateTimeOffset now, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((accountId, now, limit), static (database, asked) =>
        {
            using var select = database.Use(SessionSql.List)
                .Bind("@account", asked.accountId)
                .Bind("@now", asked.now)
                .Bind("@limit", asked.limit);
            return select.ReadAll(SessionColumns.ReadListed);
        }, cancel);

    public Task<IReadOnlyList<SeenDevice>> ListSeenAsync(Guid accountId, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((accountId, limit), static (database, asked) =>
        {
            using var select = database.Use(SessionSql.ListSeen).Bind("@account", asked.accountId).Bind("@limit", asked.limit);
            return select.ReadAll(row => new SeenDevice(row.TextOrNull(0), row.IsNull(1) ? null : new IPAddress(row.Blob(1))));
        }, cancel);

    public Task<Renaming> RenameAsync(Guid id, Guid accountId, string? deviceName, Event renamed) =>
        storage.Writer.RunAllAsync((id, accountId, deviceName, renamed), static (database, name) =>
        {
            using var update = database.Use(SessionSql.Rename)
                .Bind("@id", name.id)
                .Bind("@account", name.accountId)
                .Bind("@name", name.deviceName)
                .Bind("@now", name.renamed.At);
            if (update.Run() == 0)
                return IsOwn(database, name.id, name.accountId, name.renamed.At) ? Renaming.Unchanged : Renaming.NotFound;
            SqliteEventStore.Add(database, name.renamed);
            return Renaming.Renamed;
        });

    public async Task<SweepStep> SweepAsync(Guid? after, DateTimeOffset before, int batch, CancellationToken cancel)
    {
        var ahead = await storage.Readers.ReadAsync((after, before, batch), LookAhead, cancel);
        if (ahead.Seen == 0) return new SweepStep(0, null);

        // An ended session stays ended, so it may be deleted after it was looked up. If there is none, nothing has to
        // be written.
        var deleted = ahead.Dead == 0 ? 0 : await storage.Writer.RunAsync((after, ahead.Last, before), Sweep);
        return new SweepStep(deleted, ahead.Seen < batch ? null : ahead.Last);
    }

    public Task<Guid?> FindMovedAsync(byte[] token, DateTimeOffset now) =>
        storage.Readers.ReadAsync((token, now), static (database, asked) =>
        {
            using var select = database.Use(SessionSql.FindMoved).Bind("@token", asked.token).Bind("@now", asked.now);
            return select.Step() ? select.Id(0) : (Guid?)null;
        }, CancellationToken.None);

    public Task<int> SweepMovedAsync(DateTimeOffset now, int limit) =>
        storage.Writer.RunAsync((now, limit), static (database, old) =>
        {
            using var delete = database.Use(SessionSql.SweepMoved).Bind("@now", old.now).Bind("@limit", old.limit);
            return delete.Run();
        });

    /// <summary>
    /// Ends every live session of the account, inside the caller's transaction. <paramref name="before"/> sessions have
    /// already ended in it, and the event counts them too.
    /// </summary>
    public static Event? EndAll(Connection database, Guid accountId, SessionEnding ending, int before = 0)
    {
        using var update = database.Use(SessionSql.EndOfAccount).Bind("@account", accountId);
        return AddEvent(database, ending.OfAll(accountId), BindEnd(update, ending).Run() + before);
    }

    static bool IsOwn(Connection database, Guid id, Guid accountId, DateTimeOffset now)
    {
        using var select = database.Use(SessionSql.FindOwnDevice).Bind("@id", id).Bind("@account", accountId).Bind("@now", now);
        return select.Step();
    }

    static Event? End(Connection database, Statement update, Guid id, SessionEnding ending) =>
        BindEnd(update, ending).Step()
            ? SqliteEventStore.Add(database, ending.OfOne(id) with { AccountId = update.Id(0) })
            : null;

    static Event? AddEvent(Connection database, Event ended, int count) =>
        count == 0 ? null : SqliteEventStore.Add(database, ended with { Count = count });

    static (int Seen, int Dead, Guid Last) LookAhead(
        Connection database, (Guid? After, DateTimeOffset Before, int Batch) asked)
    {
        using var select = database.Use(SessionSql.LookAhead)
            .Bind("@after", asked.After)
            .Bind("@before", asked.Before)
            .Bind("@batch", asked.Batch);
        select.Step();
        return select.Int32(0) == 0 ? default : (select.Int32(0), select.Int32(1), select.Id(2));
    }

    static int Sweep(Connection database, (Guid? After, Guid Last, DateTimeOffset Before) range)
    {
        using var delete = database.Use(SessionSql.Sweep)
            .Bind("@after", range.After)
            .Bind("@last", range.Last)
            .Bind("@before", range.Before);
        return delete.Run();
    }

    static void BindSession(Statement statement, Session session)
    {
        BindState(statement, session.Rotation);
        statement
            .Bind("@seen_before", session.Rotation.SeenBefore)
            .Bind("@id", session.Id)
            .Bind("@account", session.AccountId)
            .Bind("@mac_key_id", session.MacKeyId)
            .Bind("@transport", (int)session.Transport)
            .Bind("@idle_expires_at", session.IdleExpiresAt)
            .Bind("@expires_at", session.ExpiresAt)
            .Bind("@client_id", session.ClientId)
            .Bind("@key_thumbprint", session.KeyThumbprint)
            .Bind("@amr", session.AuthenticationMethods)
            .Bind("@auth_time", session.AuthenticatedAt)
            .Bind("@scope", session.Scope)
            .Bind("@audience", session.Audience)
            .Bind("@temporary", session.IsTemporary ? 1L : null)
            .Bind("@source", session.SuspectedSharing.Source)
            .Bind("@source_changed_at", session.SuspectedSharing.SourceChangedAt);
    }

    static void BindDevice(Statement statement, SessionDevice device) => statement
        .Bind("@created_at", device.CreatedAt)
        .Bind("@device_name", device.Name)
        .Bind("@user_agent", device.UserAgent)
        .Bind("@address", device.Address?.GetAddressBytes());

    static void BindState(Statement statement, RotationState state) => statement
        .Bind("@seen", state.Seen)
        .Bind("@first", state.First)
        .Bind("@last", state.Last)
        .Bind("@issued_at", state.IssuedAt);

    static void BindIssue(Statement statement, Issue issue) => BindUse(
        statement
            .Bind("@now", issue.At)
            .Bind("@idle", Milliseconds(issue.IdleLifetime))
            .Bind("@temporary_idle", Milliseconds(issue.TemporaryIdleLifetime))
            .Bind("@mac_key_id", issue.MacKeyId),
        issue.By);

    static void BindUse(Statement statement, Use by) => statement
        .Bind("@source", by.Source)
        .Bind("@alternation", Milliseconds(by.Alternation));

    static Statement BindEnd(Statement statement, SessionEnding ending) =>
        statement.Bind("@reason", (int)ending.Reason).Bind("@now", ending.At);

    static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;
}
