using Handstamp.Server.Audit;

namespace Handstamp.Server.Outbox;

/// <summary>
/// What is waiting to be delivered. An entry is leased by one node at a time. In each lane, entries are delivered in the
/// order in which they were added. Every operation is one atomic step.
/// </summary>
interface IOutboxStore
{
    /// <summary>Adds the entry, to be delivered at once; false if <paramref name="most"/> or more are already waiting.</summary>
    Task<bool> TryAddAsync(OutboxEntry entry, int most);

    /// <summary>
    /// Leases the entry that has been due longest, unless an earlier one of its lane is still waiting. Until
    /// <paramref name="until"/> no other node gets it, nor any entry behind it. Null if none is due.
    /// </summary>
    Task<LeasedEntry?> LeaseAsync(DateTimeOffset now, DateTimeOffset until);

    /// <summary>Deletes a delivered entry; false if its lease has passed to another node.</summary>
    Task<bool> CompleteAsync(LeasedEntry entry);

    /// <summary>
    /// Lets the entry be delivered again, from this time on, and notes why this attempt has failed; false if its lease has passed to
    /// another node.
    /// </summary>
    Task<bool> PostponeAsync(LeasedEntry entry, DateTimeOffset until, string failure);

    /// <summary>
    /// Gives the entry up, so that the next one of its lane can be delivered; false if its lease has passed to another
    /// node.
    /// </summary>
    Task<bool> GiveUpAsync(LeasedEntry entry, DateTimeOffset now, string failure);

    /// <summary>What is waiting and what was given up, in the order in which it was added; after this entry.</summary>
    Task<IReadOnlyList<ListedEntry>> ListAsync(Guid? after, int limit, CancellationToken cancel);

    /// <summary>Lets an entry that was given up be delivered again; false if there is no such entry.</summary>
    Task<bool> TryRetryAsync(Guid id, Event retried);

    /// <summary>Deletes at most <paramref name="limit"/> entries that were given up before this time.</summary>
    Task<int> SweepAsync(DateTimeOffset before, int limit);
}
