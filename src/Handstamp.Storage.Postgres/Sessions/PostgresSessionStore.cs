using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Outbox;

namespace Handstamp.Storage.Postgres.Sessions;

/// <summary>
/// One statement for each operation, including its event, except when a session is added. The schema's trigger puts an
/// end on the feed.
/// </summary>
sealed partial class PostgresSessionStore(PostgresStorage storage) : IAccountSessionStore
{
    // May run again: if the first run was kept, the presented token is used and the second run finds no row. The caller
    // then reads the session and replays the successor, as for every client that asks twice.
    public Task<SessionReading?> TryRotateAsync(Rotation rotation)
    {
        var update = SessionSql.Rotate.Call()
            .Bind("@id", rotation.SessionId)
            .Bind("@presented", rotation.Presented)
            .Bind("@transport", (int)rotation.Transport)
            .Bind("@key_thumbprint", rotation.KeyThumbprint)
            .Bind("@window", Milliseconds(rotation.RetryWindow));
        return storage.Database.FindAsync(Work.WriteAgain, BindIssue(update, rotation.Issue), SessionColumns.ReadLiveReading, Lane.Refreshes);
    }

    // Not repeated, as everything that adds an event.
    public Task<SessionReading?> TryReauthenticateAsync(Reauthentication again, Event done)
    {
        var update = SessionSql.Reauthenticate.Call()
            .Bind("@id", again.SessionId)
            .Bind("@account", again.AccountId)
            .Bind("@stamp", again.SecurityStamp)
            .Bind("@amr", again.Methods)
            .Bind("@auth_time", again.At)
            .Bind("@now", done.At);
        return storage.Database.FindAsync(Work.WriteOnce, update.BindEvent(done), SessionColumns.ReadReading);
    }

    public Task<SessionReading?> FindAsync(Guid id, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, SessionSql.Find.Call().Bind("@id", id), SessionColumns.ReadReading);

    public Task<Guid?> FindMovedAsync(byte[] token, DateTimeOffset now) => storage.Database.FindAsync(
        Work.Read, SessionSql.FindMoved.Call().Bind("@token", token).Bind("@now", now), static row => (Guid?)row.Id(0));

    public Task<int> SweepMovedAsync(DateTimeOffset now, int limit) => storage.Database.RunAsync(
        Work.WriteAgain, SessionSql.SweepMoved.Call().Bind("@now", now).Bind("@limit", limit));

    public Task<SessionReading?> FindPresentedAsync(Guid id) =>
        storage.Database.FindAsync(Work.Read, SessionSql.Find.Call().Bind("@id", id), SessionColumns.ReadReading, Lane.Refreshes);

    // May run again: if the first run has changed the state, the second finds no row, and the caller decides again.
    public Task<SessionReading?> TryAdvanceAsync(
        Guid id, RotationState from, RotationState to, Issue issue, Event lateRetry)
    {
        var update = SessionSql.Advance.Call()
            .Bind("@id", id)
            .Bind("@to_seen", to.Seen)
            .Bind("@to_first", to.First)
            .Bind("@to_last", to.Last)
            .Bind("@to_issued_at", to.IssuedAt);
        BindState(update, from);
        BindIssue(update, issue).BindCounted(lateRetry);
        return storage.Database.FindAsync(Work.WriteAgain, update, SessionColumns.ReadReading, Lane.Refreshes);
    }

    // May run again: for the second run, the source is the one that was noted last, which is not a sign.
    public Task<Session?> TryNoteUseAsync(Guid id, RotationState inState, Issue issue)
    {
        var update = SessionSql.Note.Call()
            .Bind("@id", id)
            .Bind("@now", issue.At);
        BindState(update, inState);
        BindUse(update, issue.By);
        return storage.Database.FindAsync(Work.WriteAgain, update, SessionColumns.ReadSession, Lane.Refreshes);
    }

    // Not repeated, like everything that adds an event: the second run would find nothing to end, and report that.
    public Task<Event?> TryEndAsync(Guid id, SessionEnding ending, RotationState? inState = null)
    {
        var update = (inState is null ? SessionSql.EndOne : SessionSql.EndInState).Call().Bind("@id", id);
        if (inState is { } state) BindState(update, state);
        return EndAsync(update, id, ending);
    }

    public Task<Event?> TryEndOwnAsync(Guid id, Guid accountId, SessionEnding ending) =>
        EndAsync(SessionSql.EndOwn.Call().Bind("@id", id).Bind("@account", accountId), id, ending);

    public Task<Event?> EndAllAsync(Guid accountId, SessionEnding ending)
    {
        var ended = ending.OfAll(accountId);
        return storage.Database.FindAsync(Work.WriteOnce, EndOfAccount(ended, ending), row => ended with { Count = row.Int32(0) });
    }

    public Task<IReadOnlyList<ListedSession>> ListAsync(
        Guid accountId, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        var select = SessionSql.List.Call().Bind("@account", accountId).Bind("@now", now).Bind("@limit", limit);
        return storage.Database.ReadAllAsync(select, SessionColumns.ReadListed);
    }

    public Task<IReadOnlyList<SeenDevice>> ListSeenAsync(Guid accountId, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(
            SessionSql.ListSeen.Call().Bind("@account", accountId).Bind("@limit", limit),
            static row => new SeenDevice(row.TextOrNull(0), row.IsNull(1) ? null : new IPAddress(row.Blob(1))));

    public Task<Renaming> RenameAsync(Guid id, Guid accountId, string? deviceName, Event renamed)
    {
        var update = SessionSql.Rename.Call()
            .Bind("@id", id)
            .Bind("@account", accountId)
            .Bind("@name", deviceName)
            .Bind("@now", renamed.At);
        return storage.Database.FindAsync(
            Work.WriteOnce, update.BindEvent(renamed), row => row.Boolean(0) ? Renaming.Renamed : Renaming.Unchanged);
    }

    public async Task<SweepStep> SweepAsync(Guid? after, DateTimeOffset before, int batch, CancellationToken cancel)
    {
        var lookAhead = SessionSql.LookAhead.Call().Bind("@after", after ?? Guid.Empty).Bind("@before", before).Bind("@batch", batch);
        var (seen, dead, last) = await storage.Database.FindAsync(Work.Read, lookAhead, ReadAhead);
        if (seen == 0) return new SweepStep(0, null);

        // An ended session stays ended, so it may be deleted after it was looked up. If there is none, nothing has to
        // be written.
        var sweep = SessionSql.Sweep.Call().Bind("@after", after ?? Guid.Empty).Bind("@last", last).Bind("@before", before);
        var deleted = dead == 0 ? 0 : await storage.Database.RunAsync(Work.WriteAgain, sweep);
        return new SweepStep(deleted, seen < batch ? null : last);
    }

    /// <summary>
    /// Ends every live session of the account. Returns the count of the event, if there is one.
    /// <paramref name="before"/> sessions have already ended in the transaction, and the event counts them too.
    /// </summary>
    public static Call EndOfAccount(Event ended, SessionEnding ending, int before = 0) =>
        BindEnd(SessionSql.EndOfAccount.Call().Bind("@account", ended.AccountId!.Value).Bind("@before", before), ending)
            .BindWhatIsKnown(ended);

    async Task<Event?> EndAsync(Call update, Guid id, SessionEnding ending)
    {
        var ended = ending.OfOne(id);
        BindEnd(update, ending).BindWhatIsKnown(ended);
        if (ending.Notice is not { } notice)
            return await storage.Database.FindAsync(Work.WriteOnce, update, row => ended with { AccountId = row.Id(0) });
        return await storage.Database.TransactAsync((update, ended, notice), static async (connection, asked) =>
        {
            var done = await asked.update.FindAsync(connection, row => asked.ended with { AccountId = row.Id(0) });
            if (done is not null) await PostgresOutboxStore.CallToAdd(asked.notice).RunAsync(connection);
            return done;
        }, kept: static done => done is not null);
    }

    static (int Seen, int Dead, Guid Last) ReadAhead(Row row) =>
        row.Int32(0) == 0 ? default : (row.Int32(0), row.Int32(1), row.Id(2));

    static void BindSession(Call call, Session session)
    {
        BindState(call, session.Rotation);
        call
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
            .Bind("@temporary", session.IsTemporary ? 1 : null)
            .Bind("@source", session.SuspectedSharing.Source)
            .Bind("@source_changed_at", session.SuspectedSharing.SourceChangedAt);
    }

    static Call BindDevice(Call call, SessionDevice device) => call
        .Bind("@created_at", device.CreatedAt)
        .Bind("@device_name", device.Name)
        .Bind("@user_agent", device.UserAgent)
        .Bind("@address", device.Address?.GetAddressBytes());

    static void BindState(Call call, RotationState state) => call
        .Bind("@seen", state.Seen)
        .Bind("@first", state.First)
        .Bind("@last", state.Last)
        .Bind("@issued_at", state.IssuedAt);

    static Call BindIssue(Call call, Issue issue) => BindUse(
        call
            .Bind("@now", issue.At)
            .Bind("@idle", Milliseconds(issue.IdleLifetime))
            .Bind("@temporary_idle", Milliseconds(issue.TemporaryIdleLifetime))
            .Bind("@mac_key_id", (int)issue.MacKeyId),
        issue.By);

    static Call BindUse(Call call, Use by) => call
        .Bind("@source", by.Source)
        .Bind("@alternation", Milliseconds(by.Alternation));

    static Call BindEnd(Call call, SessionEnding ending) =>
        call.Bind("@reason", (int)ending.Reason).Bind("@now", ending.At);

    static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;
}
