using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Outbox;
using Npgsql;

namespace Handstamp.Storage.Postgres.Audit;

sealed class PostgresEventStore(PostgresStorage storage) : IEventStore
{
    const int Fits = 14;
    const int Seen = 15;

    // Not repeated: a second run could not tell whether the first was kept.
    public Task CountAsync(IReadOnlyList<Event> counted) =>
        storage.Database.RunAsync(Work.WriteOnce, EventSql.CountAll.Call().Bind("@events", ListedEvent.ToJson(counted)));

    public Task CountAtRefreshAsync(Event counted) =>
        storage.Database.RunAsync(Work.WriteOnce, EventSql.Count.Call().BindCounted(counted), Lane.Refreshes);

    public async Task<EventPage> ReadBackAsync(EventFilter filter, Guid? before, int look, CancellationToken cancel)
    {
        var select = (filter.AccountId is null ? EventSql.ReadBack : EventSql.ReadBackOfAccount).Call()
            .Bind("@look", look)
            .Bind("@before", before ?? Guid.AllBitsSet)
            .Bind("@since", filter.Since is { } since ? EventId.From(since) : Guid.Empty);
        if (filter.AccountId is { } account) select.Bind("@account", account);
        return PageOf(await storage.Database.ReadAllAsync(Bind(select, filter), ReadLine), look);
    }

    public async Task<EventPage> ReadOnAsync(EventFilter filter, Guid after, int look, CancellationToken cancel)
    {
        var select = EventSql.ReadOn.Call()
            .Bind("@look", look)
            .Bind("@after", after)
            .Bind("@account", filter.AccountId);
        return PageOf(await storage.Database.ReadAllAsync(Bind(select, filter), ReadLine), look);
    }

    public Task<int> SweepAsync(DateTimeOffset before, int limit) => storage.Database.RunAsync(
        Work.WriteAgain, EventSql.Sweep.Call().Bind("@before", EventId.From(before)).Bind("@limit", limit));

    public Task<int> SweepRefusalsAsync(int keep, int limit) => storage.Database.RunAsync(
        Work.WriteAgain, EventSql.SweepRefusals.Call().Bind("@end", EventId.EndOfRefusals).Bind("@keep", keep).Bind("@limit", limit));

    /// <summary>Adds an event and its notice, inside the caller's transaction.</summary>
    public static async Task<Event> AddAsync(NpgsqlConnection connection, Event done)
    {
        await EventSql.Add.Call().BindEvent(done).RunAsync(connection);
        if (done.Notice is { } notice) await PostgresOutboxStore.CallToAdd(notice).RunAsync(connection);
        return done;
    }

    static Call Bind(Call call, EventFilter filter) => call
        .Bind("@kinds", filter.KindNumbers())
        .Bind("@low", filter.Network?.BaseAddress.GetAddressBytes())
        .Bind("@high", filter.LastAddress()?.GetAddressBytes())
        .Bind("@network", filter.Network?.BaseAddress.AuditNetwork().GetAddressBytes());

    static EventPage PageOf(IReadOnlyList<Line> lines, int look) => new(
        [.. lines.Where(line => line.Fits).Select(line => line.Event)],
        lines.Count == 0 || lines[^1].Seen < look ? null : lines[^1].Event.Id);

    static Line ReadLine(Row row) => new(Read(row), row.Boolean(Fits), row.Int32(Seen));

    static Event Read(Row row) => new()
    {
        Id = row.Id(0),
        At = row.Time(1),
        Kind = (EventKind)row.Int16(2),
        By = new Origin(
            new Actor((ActorKind)row.Int16(3), row.TextOrNull(4)),
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

    readonly record struct Line(Event Event, bool Fits, int Seen);
}
