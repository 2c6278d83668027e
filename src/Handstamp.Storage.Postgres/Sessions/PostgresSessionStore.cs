using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Sessions;

/// <summary>
/// One statement each, but where one is added; that a session's end is on the feed is the work of the schema's trigger.
/// </summary>
sealed partial class PostgresSessionStore(PostgresStorage storage) : ISessionStore
{
    // Again: after a first run that was kept, the presented token is dead and the second finds no row. The caller then
    // reads the session and replays the successor, as for every client that asks twice.
    public Task<SessionReading?> TryRotateAsync(Rotation rotation)
    {
        var update = SessionSql.Rotate.Call()
            .Bind("@id", rotation.SessionId)
            .Bind("@presented", rotation.Presented)
            .Bind("@transport", (int)rotation.Transport)
            .Bind("@key_thumbprint", rotation.KeyThumbprint)
            .Bind("@window", Milliseconds(rotation.RetryWindow));
        return storage.Database.FindAsync(Work.WriteAgain, BindIssue(update, rotation.Issue), SessionColumns.ReadReading, Lane.Refreshes);
    }

    public Task<SessionReading?> FindAsync(Guid id, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, SessionSql.Find.Call().Bind("@id", id), SessionColumns.ReadReading);

    public Task<SessionReading?> FindPresentedAsync(Guid id) =>
        storage.Database.FindAsync(Work.Read, SessionSql.Find.Call().Bind("@id", id), SessionColumns.ReadReading, Lane.Refreshes);

    // Again: a first run has moved the state, so the second finds no row, and the caller decides anew.
    public Task<SessionReading?> TryAdvanceAsync(Guid id, RotationState from, RotationState to, Issue issue)
    {
        var update = SessionSql.Advance.Call()
            .Bind("@id", id)
            .Bind("@to_seen", to.Seen)
            .Bind("@to_first", to.First)
            .Bind("@to_last", to.Last)
            .Bind("@to_issued_at", to.IssuedAt);
        BindState(update, from);
        return storage.Database.FindAsync(Work.WriteAgain, BindIssue(update, issue), SessionColumns.ReadReading, Lane.Refreshes);
    }

    // Again: for the second run the source is the one that was noted last, which is no sign.
    public Task<Session?> TryNoteUseAsync(Guid id, RotationState inState, Issue issue)
    {
        var update = SessionSql.Note.Call()
            .Bind("@id", id)
            .Bind("@now", issue.At);
        BindState(update, inState);
        BindUse(update, issue.By);
        return storage.Database.FindAsync(Work.WriteAgain, update, SessionColumns.ReadSession, Lane.Refreshes);
    }

    // Once, as all that ends: the second run would find nothing to end, and say so.
    public async Task<bool> TryEndAsync(Guid id, EndReason reason, DateTimeOffset now, RotationState? inState = null)
    {
        var update = (inState is null ? SessionSql.EndOne : SessionSql.EndInState).Call().Bind("@id", id);
        if (inState is { } state) BindState(update, state);
        return await storage.Database.RunAsync(Work.WriteOnce, BindEnd(update, reason, now)) == 1;
    }

    public async Task<bool> TryEndOwnAsync(Guid id, Guid accountId, EndReason reason, DateTimeOffset now)
    {
        var update = SessionSql.EndOwn.Call().Bind("@id", id).Bind("@account", accountId);
        return await storage.Database.RunAsync(Work.WriteOnce, BindEnd(update, reason, now)) == 1;
    }

    public Task<int> EndAllAsync(Guid accountId, EndReason reason, DateTimeOffset now) =>
        storage.Database.RunAsync(Work.WriteOnce, EndOfAccount(accountId, reason, now));

    public Task<IReadOnlyList<ListedSession>> ListAsync(
        Guid accountId, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        var select = SessionSql.List.Call().Bind("@account", accountId).Bind("@now", now).Bind("@limit", limit);
        return storage.Database.ReadAllAsync(select, SessionColumns.ReadListed);
    }

    public async Task<bool> TryRenameAsync(Guid id, Guid accountId, string? deviceName, DateTimeOffset now)
    {
        var update = SessionSql.Rename.Call()
            .Bind("@id", id)
            .Bind("@account", accountId)
            .Bind("@name", deviceName)
            .Bind("@now", now);
        return await storage.Database.RunAsync(Work.WriteAgain, update) == 1;
    }

    public async Task<SweepStep> SweepAsync(Guid? after, DateTimeOffset before, int batch, CancellationToken cancel)
    {
        var lookAhead = SessionSql.LookAhead.Call().Bind("@after", after ?? Guid.Empty).Bind("@before", before).Bind("@batch", batch);
        var (seen, dead, last) = await storage.Database.FindAsync(Work.Read, lookAhead, ReadAhead);
        if (seen == 0) return new SweepStep(0, null);

        // What is dead stays dead, so it may be deleted after the look; and without any, there is nothing to write.
        var sweep = SessionSql.Sweep.Call().Bind("@after", after ?? Guid.Empty).Bind("@last", last).Bind("@before", before);
        var deleted = dead == 0 ? 0 : await storage.Database.RunAsync(Work.WriteAgain, sweep);
        return new SweepStep(deleted, seen < batch ? null : last);
    }

    /// <summary>Ends every live session of the account, for whoever does it inside a transaction.</summary>
    public static Call EndOfAccount(Guid accountId, EndReason reason, DateTimeOffset now) =>
        BindEnd(SessionSql.EndOfAccount.Call().Bind("@account", accountId), reason, now);

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
            .Bind("@source", session.Contention.Source)
            .Bind("@source_changed_at", session.Contention.SourceChangedAt);
    }

    static void BindDevice(Call call, SessionDevice device) => call
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
            .Bind("@mac_key_id", (int)issue.MacKeyId),
        issue.By);

    static Call BindUse(Call call, Use by) => call
        .Bind("@source", by.Source)
        .Bind("@alternation", Milliseconds(by.Alternation));

    static Call BindEnd(Call call, EndReason reason, DateTimeOffset now) =>
        call.Bind("@reason", (int)reason).Bind("@now", now);

    static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;
}
