using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Outbox;

namespace Handstamp.Storage.Sqlite.Audit;

sealed class SqliteEventStore(SqliteStorage storage) : IEventStore
{
    const int Fits = 14;
    const int Seen = 15;

    public Task CountAsync(IReadOnlyList<Event> counted) => storage.Writer.RunAllAsync(counted, static (database, counted) =>
    {
        foreach (var one in counted) Count(database, one);
        return true;
    });

    public Task<EventPage> ReadBackAsync(EventFilter filter, Guid? before, int look, CancellationToken cancel) =>
        storage.Readers.ReadAsync((filter, before, look), static (database, asked) =>
        {
            using var select = database.Use(asked.filter.AccountId is null ? EventSql.ReadBack : EventSql.ReadBackOfAccount)
                .Bind("@look", asked.look)
                .Bind("@before", asked.before ?? Guid.AllBitsSet)
                .Bind("@since", asked.filter.Since is { } since ? EventId.From(since) : Guid.Empty);
            if (asked.filter.AccountId is { } account) select.Bind("@account", account);
            return ReadPage(Bind(select, asked.filter), asked.look);
        }, cancel);

    public Task<EventPage> ReadOnAsync(EventFilter filter, Guid after, int look, CancellationToken cancel) =>
        storage.Readers.ReadAsync((filter, after, look), static (database, asked) =>
        {
            using var select = database.Use(EventSql.ReadOn)
                .Bind("@look", asked.look)
                .Bind("@after", asked.after)
                .Bind("@account", asked.filter.AccountId);
            return ReadPage(Bind(select, asked.filter), asked.look);
        }, cancel);

    public Task<int> SweepAsync(DateTimeOffset before, int limit) =>
        storage.Writer.RunAsync((before, limit), static (database, old) =>
        {
            using var delete = database.Use(EventSql.Sweep).Bind("@before", EventId.From(old.before)).Bind("@limit", old.limit);
            return delete.Run();
        });

    public Task<int> SweepRefusalsAsync(int keep, int limit) =>
        storage.Writer.RunAsync((keep, limit), static (database, old) =>
        {
            using var delete = database.Use(EventSql.SweepRefusals)
                .Bind("@end", EventId.EndOfRefusals)
                .Bind("@keep", old.keep)
                .Bind("@limit", old.limit);
            return delete.Run();
        });

    /// <summary>Adds an event and its notice, inside the caller's transaction.</summary>
    public static Event Add(Connection database, Event done)
    {
        using var insert = database.Use(EventSql.Add);
        Bind(insert, done).Run();
        if (done.Notice is { } notice) SqliteOutboxStore.Add(database, notice);
        return done;
    }

    /// <summary>Adds the event to the row of its tally, inside the caller's transaction.</summary>
    public static void Count(Connection database, Event counted)
    {
        using var upsert = database.Use(EventSql.Count);
        Bind(upsert, counted).Run();
    }

    static Statement Bind(Statement statement, Event done) => statement
        .Bind("@id", done.Id)
        .Bind("@at", done.At)
        .Bind("@kind", (int)done.Kind)
        .Bind("@actor", (int)done.By.Actor.Kind)
        .Bind("@actor_id", done.By.Actor.Id)
        .Bind("@account", done.AccountId)
        .Bind("@session", done.SessionId)
        .Bind("@address", done.By.Address?.GetAddressBytes())
        .Bind("@user_agent", done.By.UserAgent)
        .Bind("@outcome", done.Outcome)
        .Bind("@detail", done.Detail)
        .Bind("@count", done.Count)
        .Bind("@tally", done.Tally)
        .Bind("@since", done.Since);

    static Statement Bind(Statement statement, EventFilter filter) => statement
        .Bind("@kinds", filter.KindNumbers())
        .Bind("@low", filter.Network?.BaseAddress.GetAddressBytes())
        .Bind("@high", filter.LastAddress()?.GetAddressBytes())
        .Bind("@network", filter.Network?.BaseAddress.AuditNetwork().GetAddressBytes());

    static EventPage ReadPage(Statement select, int look)
    {
        var fitting = new List<Event>();
        Guid? next = null;
        while (select.Step())
        {
            if (select.Int32(Fits) == 1) fitting.Add(Read(select));
            next = select.Int32(Seen) < look ? null : select.Id(0);
        }

        return new EventPage(fitting, next);
    }

    static Event Read(Statement row) => new()
    {
        Id = row.Id(0),
        At = row.Time(1),
        Kind = (EventKind)row.Int32(2),
        By = new Origin(
            new Actor((ActorKind)row.Int32(3), row.TextOrNull(4)),
            row.IsNull(7) ? null : new IPAddress(row.Blob(7)),
            row.TextOrNull(8)),
        AccountId = row.IdOrNull(5),
        SessionId = row.IdOrNull(6),
        Outcome = row.TextOrNull(9),
        Detail = row.TextOrNull(10),
        Count = row.Int32(11),
        Tally = row.IdOrNull(12),
        Since = row.TimeOrNull(13),
    };
}
