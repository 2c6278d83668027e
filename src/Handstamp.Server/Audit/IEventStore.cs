using System.Net;

namespace Handstamp.Server.Audit;

/// <summary>
/// The trail of events. What changes something writes its event itself, in its own transaction; here is the rest: what
/// is counted, reading, and the end of what is too old.
/// </summary>
interface IEventStore
{
    /// <summary>
    /// Adds counted events, no two of one tally: each to the row of its tally, or as that row. None is lost, or counted
    /// twice.
    /// </summary>
    Task CountAsync(IReadOnlyList<Event> counted);

    /// <summary>As above, for one that a refresh has caused: it waits for nothing but refreshes.</summary>
    Task CountAtRefreshAsync(Event counted) => CountAsync([counted]);

    /// <summary>
    /// Newest first, those before <paramref name="before"/>, or the newest, and not older than the filter says. No more
    /// than <paramref name="look"/> are looked at: a filter that fits none must not read the whole trail at once.
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

/// <summary>Which events; what is null does not matter.</summary>
sealed record EventFilter
{
    public static readonly EventFilter All = new();

    public Guid? AccountId { get; init; }

    /// <summary>Any of them; null: all.</summary>
    public IReadOnlyList<EventKind>? Kinds { get; init; }

    /// <summary>From an address in it. A refusal is of a whole network: it fits if that has the address in it.</summary>
    public IPNetwork? Network { get; init; }

    public DateTimeOffset? Since { get; init; }

    /// <summary>The kinds by number, each between two commas, as the statements look for them.</summary>
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

/// <summary>What fits the filter, of those that were looked at.</summary>
/// <param name="Events">In the order of the page.</param>
/// <param name="Next">The last one that was looked at, after which to go on; null when there are no more.</param>
sealed record EventPage(IReadOnlyList<Event> Events, Guid? Next);
