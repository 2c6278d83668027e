using System.Net;

namespace Handstamp.Server.Audit;

/// <summary>
/// The trail of events. A store operation that changes something writes its event itself, in its own transaction. This
/// interface has the rest: counted events, reading, and deleting old events.
/// </summary>
interface IEventStore
{
    /// <summary>
    /// Adds counted events: each to the row of its tally, or as a new row. No two of them have the same tally. None is lost,
    /// and none is counted twice.
    /// </summary>
    Task CountAsync(IReadOnlyList<Event> counted);

    /// <summary>The same for an event that a refresh has caused: it waits only for refreshes.</summary>
    Task CountAtRefreshAsync(Event counted) => CountAsync([counted]);

    /// <summary>
    /// Newest first, those before <paramref name="before"/>, or the newest, and none older than the filter allows. At
    /// most <paramref name="look"/> events are read: a filter that matches none must not read the whole trail at
    /// once.
    /// </summary>
    Task<EventPage> ReadBackAsync(EventFilter filter, Guid? before, int look, CancellationToken cancel);

    /// <summary>Oldest first, those after <paramref name="after"/>.</summary>
    Task<EventPage> ReadOnAsync(EventFilter filter, Guid after, int look, CancellationToken cancel);

    /// <summary>Deletes at most <paramref name="limit"/> events that are older.</summary>
    Task<int> SweepAsync(DateTimeOffset before, int limit);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> rows of refusals beyond the newest <paramref name="keep"/>.
    /// </summary>
    Task<int> SweepRefusalsAsync(int keep, int limit);
}

/// <summary>Selects events. A property that is null does not matter.</summary>
sealed record EventFilter
{
    public static readonly EventFilter All = new();

    public Guid? AccountId { get; init; }

    /// <summary>Any of these kinds; null for all.</summary>
    public IReadOnlyList<EventKind>? Kinds { get; init; }

    /// <summary>
    /// From an address in this network. A refusal belongs to a whole network: it fits if its network has the address in
    /// it.
    /// </summary>
    public IPNetwork? Network { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary>The kinds by number, each between two commas, as the statements search for them.</summary>
    public string? KindNumbers() => Kinds is null ? null : $",{string.Join(',', Kinds.Select(kind => (int)kind))},";

    /// <summary>The last address of the network.</summary>
    public IPAddress? LastAddress()
    {
        if (Network is not { } network) return null;
        var bytes = network.BaseAddress.GetAddressBytes();
        for (var bit = network.PrefixLength; bit < bytes.Length * 8; bit++) bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }
}

/// <summary>The events that fit the filter, among those that were read.</summary>
/// <param name="Events">In the order of the page.</param>
/// <param name="Next">The id of the last event that was read, after which the next page begins. Null on the last page.</param>
sealed record EventPage(IReadOnlyList<Event> Events, Guid? Next);
