using System.Runtime.CompilerServices;
using Handstamp.Server.Http;

namespace Handstamp.Server.Audit;

/// <summary>Reads the trail, however long it is, in steps.</summary>
sealed class EventReader(IEventStore events, TimeProvider clock)
{
    const int Step = 5000;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    // An event says when it was done and is there a little later, and the nodes' clocks differ.
    static readonly TimeSpan Lateness = TimeSpan.FromSeconds(30);

    /// <summary>The newest that fit, newest first.</summary>
    public async Task<IReadOnlyList<Event>> ReadNewestAsync(EventFilter filter, int limit, CancellationToken cancel)
    {
        var found = new List<Event>();
        Guid? before = null;
        do
        {
            var page = await events.ReadBackAsync(filter, before, Step, cancel);
            found.AddRange(page.Events.Take(limit - found.Count));
            before = page.Next;
        }
        while (before is not null && found.Count < limit);
        return found;
    }

    /// <summary>
    /// The newest that fit, oldest first, and then all that come and fit, until it is called off. One that is counted comes
    /// again each time that it has grown.
    /// </summary>
    public async IAsyncEnumerable<Event> FollowAsync(
        EventFilter filter, int limit, [EnumeratorCancellation] CancellationToken cancel)
    {
        var begun = clock.Now();
        // First: what comes while the newest are read is among them, or is not known yet.
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
