using System.Runtime.CompilerServices;
using Handstamp.Server.Http;

namespace Handstamp.Server.Audit;

/// <summary>Reads the trail in steps, however long it is.</summary>
sealed class EventReader(IEventStore events, TimeProvider clock)
{
    const int Step = 5000;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    // An event contains the time when it was made, but appears a little later, and the nodes' clocks differ.
    static readonly TimeSpan Lateness = TimeSpan.FromSeconds(30);

    /// <summary>The newest events that fit the filter, newest first.</summary>
    public async Task<IReadOnlyList<Event>> ReadNewestAsync(EventFilter filter, int limit, CancellationToken cancel) =>
        await ReadBackAsync(filter, cancel).Take(limit).ToListAsync(cancel);

    /// <summary>All events that fit the filter, newest first. No more is read than the caller takes.</summary>
    public async IAsyncEnumerable<Event> ReadBackAsync(EventFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        Guid? before = null;
        do
        {
            var page = await events.ReadBackAsync(filter, before, Step, cancel);
            foreach (var one in page.Events) yield return one;
            before = page.Next;
        }
        while (before is not null);
    }

    /// <summary>
    /// The newest events that fit the filter, oldest first, and then all new ones that fit, until it is cancelled. A
    /// counted event is returned again each time it has grown.
    /// </summary>
    public async IAsyncEnumerable<Event> FollowAsync(
        EventFilter filter, int limit, [EnumeratorCancellation] CancellationToken cancel)
    {
        var begun = clock.Now();
        // This is read first: an event that is added while the newest are read is either among them or not known yet.
        var seen = (await ReadSinceAsync(EventFilter.All, begun - Lateness, cancel)).ToDictionary(one => one.Id, one => one.At);
        foreach (var one in (await ReadNewestAsync(filter, limit, cancel)).Reverse())
        {
            seen.TryAdd(one.Id, one.At);
            yield return one;
        }
        for (var since = begun - Lateness; ; since = clock.Now() - Lateness)
        {
            foreach (var one in await ReadSinceAsync(filter, since, cancel))
                if (seen.TryAdd(one.Id, one.At)) yield return one;
            foreach (var (id, _) in seen.Where(one => one.Value < since).ToList()) seen.Remove(id);
            await Task.Delay(Poll, clock, cancel);
        }
    }

    async Task<List<Event>> ReadSinceAsync(EventFilter filter, DateTimeOffset since, CancellationToken cancel)
    {
        var found = new List<Event>();
        Guid? after = EventId.From(since);
        while (after is { } last)
        {
            var page = await events.ReadOnAsync(filter, last, Step, cancel);
            found.AddRange(page.Events);
            after = page.Next;
        }
        return found;
    }
}
