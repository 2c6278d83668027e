using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Storage.EntityFramework.Engine;
using Handstamp.Storage.EntityFramework.Users;
using Microsoft.EntityFrameworkCore;

namespace Handstamp.Storage.EntityFramework.Sessions;

/// <summary>
/// How sessions begin and end: transactions that lock in one order, the user, the sessions, the feed. A refused login has written
/// nothing.
/// </summary>
sealed partial class EfSessionStore
{
    public async Task<SessionCreation> TryCreateAsync(Session session, SessionDevice device, SessionTerms terms)
    {
        if (terms.From is not null) throw new NotSupportedException("The users are in the app itself: there is no former system.");
        // The app may take its time to make the claims. In the transaction, other writers would wait for it.
        var user = await database.RunAsync(unit => users.FindAsync(unit, session.UserId(), CancellationToken.None));
        if (user is null) return new SessionCreation.AccountChanged();
        return await database.TransactAsync(
            async unit => await FindBegunAsync(unit, session, device, terms, user) ?? await CreateAsync(unit, session, device, terms, user),
            kept: static creation => creation is SessionCreation.Begun);
    }

    public Task<Event?> TryEndAsync(Guid id, SessionEnding ending, RotationState? inState = null) => database.TransactAsync(unit =>
        unit.EndAsync(rows => inState is { } state ? InState(rows, id, state) : rows.Where(row => row.Id == id), ending, ending.OfOne(id)));

    public Task<Event?> TryEndOwnAsync(Guid id, Guid accountId, SessionEnding ending) => database.TransactAsync(unit =>
        unit.EndAsync(rows => rows.Where(row => row.Id == id && row.AccountId == accountId), ending, ending.OfOne(id)));

    public Task<Event?> EndAllAsync(Guid accountId, SessionEnding ending) => database.TransactAsync(unit =>
        unit.EndAsync(rows => rows.Where(row => row.AccountId == accountId), ending, ending.OfAll(accountId)));

    /// <summary>If the execution strategy could not know whether the transaction was kept: nobody else can have this id.</summary>
    async Task<SessionCreation?> FindBegunAsync(Unit unit, Session session, SessionDevice device, SessionTerms terms, SessionUser user) =>
        await ReadAsync(unit, session.Id, null, CancellationToken.None) is { } read
            ? new SessionCreation.Begun(ReadingOf(read, user), [terms.Begun(session, device)])
            : null;

    async Task<SessionCreation> CreateAsync(Unit unit, Session session, SessionDevice device, SessionTerms terms, SessionUser user)
    {
        if (!await users.TryHoldAsync(unit, session.UserId(), terms.SecurityStamp)) return new SessionCreation.AccountChanged();
        var key = KeyFactory.MacName(session.MacKeyId);
        if (await unit.Keys.AnyAsync(one => one.Id == key && one.RevokedAt != null)) return new SessionCreation.KeyRevoked();
        var (hasRoom, ended) = await MakeRoomAsync(unit, session.AccountId, terms, device);
        if (!hasRoom) return new SessionCreation.NoRoom();
        await unit.Context.InsertAsync(session.ToRow(device, terms.SecurityStamp));
        Event[] events = ended is null ? [terms.Begun(session, device)] : [ended, terms.Begun(session, device)];
        return new SessionCreation.Begun(new SessionReading(session, null, AccountState.Active, user.Claims), events);
    }

    /// <summary>
    /// Ends the sessions that have been idle longest, so that there is room for one more; false if too few are idle.
    /// </summary>
    async Task<(bool HasRoom, Event? Ended)> MakeRoomAsync(Unit unit, Guid accountId, SessionTerms terms, SessionDevice device)
    {
        var now = device.CreatedAt;
        var live = unit.Live(now).Where(row => row.AccountId == accountId);
        // A session with another stamp is as good as ended.
        if (users.StampEnds) live = live.Where(row => row.SecurityStamp == terms.SecurityStamp);
        var excess = await live.CountAsync() - terms.Most + 1;
        if (excess <= 0) return (true, null);
        var idleSince = (now - SessionTerms.Idleness).ToUnixTimeMilliseconds();
        var idlest = await live.Where(row => row.IssuedAt <= idleSince).OrderBy(row => row.IssuedAt).ThenBy(row => row.Id)
            .Take(excess).Select(row => row.Id).ToListAsync();
        var ending = device.By.BySystem().Ends(EndReason.OverLimit, now);
        // One that a refresh has used at this moment is not idle any more.
        var ended = await unit.EndAsync(
            rows => rows.Where(row => row.AccountId == accountId && idlest.Contains(row.Id) && row.IssuedAt <= idleSince), ending, ending.OfAll(accountId));
        return (ended?.Count == excess, ended);
    }

    static IQueryable<Rows.SessionRow> InState(IQueryable<Rows.SessionRow> rows, Guid id, RotationState state)
    {
        var issuedAt = state.IssuedAt.ToUnixTimeMilliseconds();
        return rows.Where(row => row.Id == id
            && row.Seen == state.Seen && row.First == state.First && row.Last == state.Last && row.IssuedAt == issuedAt);
    }
}
