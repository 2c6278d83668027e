using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Rows;
using Handstamp.Storage.EntityFramework.Users;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Sessions;

/// <summary>
/// The sessions, through EF Core. It returns no row from an update, so a change is one read and one conditional update: the row is read,
/// the rule decides, and the update demands exactly that row. The row after it is then known without another read.
/// </summary>
sealed partial class EfSessionStore(SessionDatabase database, ISessionUsers users, TimeProvider clock) : ISessionStore
{
    // Each further round means that another change of the row has succeeded.
    const int MostRounds = 100;

    public Task<SessionReading?> TryRotateAsync(Rotation rotation) =>
        ChangeAsync(rotation.SessionId, rotation.Issue, row => SessionChanges.Rotated(row, rotation), static user => user is { IsDisabled: false });

    public Task<SessionReading?> TryAdvanceAsync(Guid id, RotationState from, RotationState to, Issue issue, Event lateRetry) =>
        ChangeAsync(id, issue, row => SessionChanges.Advanced(row, from, to, issue));

    public Task<SessionReading?> TryReauthenticateAsync(Reauthentication again, Event done) => ChangeAsync(
        again.SessionId, again.At, newKey: null, row => SessionChanges.Reauthenticated(row, again),
        user => user is { IsDisabled: false } && user.Stamp == again.SecurityStamp);

    public async Task<Session?> TryNoteUseAsync(Guid id, RotationState inState, Issue issue) =>
        (await ChangeAsync(id, issue.At, newKey: null, row => SessionChanges.Noted(row, inState, issue)))?.Session;

    public Task<SessionReading?> FindAsync(Guid id, CancellationToken cancel) => database.RunAsync(async unit =>
    {
        var read = await ReadAsync(unit, id, null, cancel);
        for (var round = 0; round < MostRounds; round++)
        {
            if (read is null) return null;
            unit.Context.ChangeTracker.Clear();
            var user = await FindUserAsync(unit, read.Row, cancel);
            // The user is read after the session. If that is still the same, it was so when the user was read.
            var again = await ReadAsync(unit, id, null, cancel);
            if (again?.Row.Version == read.Row.Version && again.KeyRevokedAt == read.KeyRevokedAt) return ReadingOf(read, user);
            read = again;
        }
        throw ChangesTooOften(id);
    });

    public Task<IReadOnlyList<ListedSession>> ListAsync(Guid accountId, DateTimeOffset now, int limit, CancellationToken cancel) =>
        database.RunAsync<IReadOnlyList<ListedSession>>(async unit =>
        {
            var rows = await unit.Live(now).Where(row => row.AccountId == accountId).AsNoTracking()
                .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(limit).ToListAsync(cancel);
            if (rows.Count == 0) return [];
            var user = await FindUserAsync(unit, rows[0], cancel);
            return [.. rows.Where(row => !IsOutdated(row, user)).Select(row => row.ToListed())];
        });

    public Task<IReadOnlyList<SeenDevice>> ListSeenAsync(Guid accountId, int limit, CancellationToken cancel) =>
        database.RunAsync<IReadOnlyList<SeenDevice>>(async unit =>
        {
            var seen = await unit.Sessions.Where(row => row.AccountId == accountId).OrderByDescending(row => row.CreatedAt).Take(limit)
                .Select(row => new { row.UserAgent, row.Address }).ToListAsync(cancel);
            return [.. seen.Select(one => new SeenDevice(one.UserAgent, SessionMapping.AddressOf(one.Address)))];
        });

    public Task<Renaming> RenameAsync(Guid id, Guid accountId, string? deviceName, Event renamed) =>
        database.RunAsync(unit => database.WriteAsync(unit, async () =>
        {
            var own = unit.Live(renamed.At).Where(row => row.Id == id && row.AccountId == accountId);
            if (await own.Where(row => row.DeviceName != deviceName)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DeviceName, deviceName)) == 1) return Renaming.Renamed;
            return await own.AnyAsync() ? Renaming.Unchanged : Renaming.NotFound;
        }));

    public Task<SweepStep> SweepAsync(Guid? after, DateTimeOffset before, int batch, CancellationToken cancel) =>
        database.RunAsync(async unit =>
        {
            var (start, oldest, keys) = (after ?? Guid.Empty, before.ToUnixTimeMilliseconds(), unit.Keys);
            var ahead = await unit.Sessions.Where(row => row.Id > start).OrderBy(row => row.Id).Take(batch).Select(row => new
            {
                row.Id,
                // The session ended before it expired.
                IsDead = row.RevokedAt != null
                    ? row.RevokedAt < oldest
                    : row.IdleExpiresAt < oldest || keys.Any(key => key.Id == row.MacKey && key.RevokedAt < oldest),
            }).ToListAsync(cancel);
            if (ahead.Count == 0) return new SweepStep(0, null);
            // An ended session stays ended, so it may be deleted after it was looked up.
            var dead = ahead.Where(one => one.IsDead).Select(one => one.Id).ToList();
            var deleted = dead.Count == 0 ? 0 : await database.WriteAsync(unit, () =>
                unit.Sessions.Where(row => dead.Contains(row.Id)).ExecuteDeleteAsync(cancel));
            return new SweepStep(deleted, ahead.Count < batch ? null : ahead[^1].Id);
        });

    Task<SessionReading?> ChangeAsync(
        Guid id, Issue issue, Func<SessionRow, SessionRow?> change, Func<SessionUser?, bool>? allows = null) =>
        ChangeAsync(id, issue.At, issue.MacKeyId, change, allows);

    /// <summary>
    /// Reads the live session, lets <paramref name="change"/> decide, and writes if the row, its key, the new key and the user are still
    /// as they were read. Null if there is no such change, or the user does not allow it.
    /// </summary>
    Task<SessionReading?> ChangeAsync(
        Guid id, DateTimeOffset now, byte? newKey, Func<SessionRow, SessionRow?> change, Func<SessionUser?, bool>? allows = null) =>
        database.RunAsync(async unit =>
        {
            for (var round = 0; round < MostRounds; round++)
            {
                unit.Context.ChangeTracker.Clear();
                if (await ReadAsync(unit, id, newKey, CancellationToken.None) is not { } read || !IsLive(read, now)) return null;
                if (change(read.Row) is not { } next) return null;
                var user = await FindUserAsync(unit, read.Row, CancellationToken.None);
                if (IsOutdated(read.Row, user) || allows?.Invoke(user) is false) return null;
                next.Version = read.Row.Version + 1;
                if (await database.WriteAsync(unit, () => WriteAsync(unit, read.Row, next, user)))
                    return ReadingOf(read with { Row = next }, user);
            }
            throw ChangesTooOften(id);
        });

    static StorageUnavailableException ChangesTooOften(Guid id) => new($"The session {id} changes too often.");

    static async Task<bool> WriteAsync(Unit unit, SessionRow from, SessionRow to, IQueryable<object>? user)
    {
        var keys = unit.Keys;
        var row = unit.Sessions.Where(one => one.Id == from.Id && one.Version == from.Version
            && !keys.Any(key => (key.Id == from.MacKey || key.Id == to.MacKey) && key.RevokedAt != null));
        if (user is not null) row = row.Where(_ => user.Any());
        return await row.ExecuteUpdateAsync(set => set
            .SetProperty(one => one.Version, to.Version)
            .SetProperty(one => one.Seen, to.Seen)
            .SetProperty(one => one.SeenBefore, to.SeenBefore)
            .SetProperty(one => one.First, to.First)
            .SetProperty(one => one.Last, to.Last)
            .SetProperty(one => one.IssuedAt, to.IssuedAt)
            .SetProperty(one => one.MacKey, to.MacKey)
            .SetProperty(one => one.IdleExpiresAt, to.IdleExpiresAt)
            .SetProperty(one => one.Methods, to.Methods)
            .SetProperty(one => one.AuthenticatedAt, to.AuthenticatedAt)
            .SetProperty(one => one.Source, to.Source)
            .SetProperty(one => one.OtherSource, to.OtherSource)
            .SetProperty(one => one.SourceChangedAt, to.SourceChangedAt)
            .SetProperty(one => one.Signs, to.Signs)
            .SetProperty(one => one.SignAt, to.SignAt)) == 1;
    }

    Task<bool> WriteAsync(Unit unit, SessionRow from, SessionRow to, SessionUser? user) =>
        WriteAsync(unit, from, to, user is null ? null : users.AsRead(unit.Context, user));

    static Task<SessionRead?> ReadAsync(Unit unit, Guid id, byte? newKey, CancellationToken cancel)
    {
        var keys = unit.Keys;
        var next = newKey is { } number ? KeyFactory.MacName(number) : "";
        return unit.Sessions.AsNoTracking().Where(row => row.Id == id).Select(row => new SessionRead(
            row,
            keys.Where(key => key.Id == row.MacKey).Select(key => key.RevokedAt).FirstOrDefault(),
            keys.Any(key => key.Id == next && key.RevokedAt != null))).FirstOrDefaultAsync(cancel);
    }

    Task<SessionUser?> FindUserAsync(Unit unit, SessionRow row, CancellationToken cancel) => users.FindAsync(unit, row.UserId, cancel);

    static bool IsLive(SessionRead read, DateTimeOffset now) =>
        read is { Row.RevokedAt: null, KeyRevokedAt: null, IsNewKeyRevoked: false } && read.Row.IdleExpiresAt > now.ToUnixTimeMilliseconds();

    /// <summary>Whether the user has changed in a way that no change tracker has seen.</summary>
    bool IsOutdated(SessionRow row, SessionUser? user) => users.StampEnds && user is not null && user.Stamp != row.SecurityStamp;

    SessionReading ReadingOf(SessionRead read, SessionUser? user) => new(
        read.Row.ToSession(), EndOf(read, user), SessionUser.StateOf(user), user?.Claims ?? Server.Accounts.AccountClaims.None);

    // A session that expired earlier did not end by the revocation.
    SessionEnd? EndOf(SessionRead read, SessionUser? user) =>
        read.Row is { RevokedAt: { } at, RevokeReason: { } reason } ? new SessionEnd(Time.Of(at), (EndReason)reason)
        : read.KeyRevokedAt is { } keyAt && keyAt < read.Row.IdleExpiresAt ? new SessionEnd(Time.Of(keyAt), EndReason.KeyRevoked)
        : IsOutdated(read.Row, user) ? new SessionEnd(clock.Now(), EndReason.CredentialsChanged)
        : null;

    sealed record SessionRead(SessionRow Row, long? KeyRevokedAt, bool IsNewKeyRevoked);
}
