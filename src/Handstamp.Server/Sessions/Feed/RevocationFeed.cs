using System.Collections.Concurrent;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// Notifies the followers of the feed that the revocation log has grown: immediately when this process revokes or
/// another node sends a signal, otherwise within <see cref="Poll"/>. The log itself stays in the database; nothing is
/// kept here.
/// </summary>
sealed class RevocationFeed(
    IRevocationLog revocations, FeedEpoch epoch, KeyRingService keys, INodes nodes, TimeProvider clock, ILogger<RevocationFeed> log)
    : BackgroundService, IEventListener
{
    /// <summary>
    /// Only sessions whose access tokens can still be alive matter, that is, those within an access token's longest
    /// life.
    /// </summary>
    public static readonly TimeSpan Memory = KeyRules.LongestAccessToken + KeyRules.Spread;

    const int Page = 256;
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    readonly ConcurrentDictionary<(Task Growth, long After), Lazy<Task<IReadOnlyList<Revocation>>>> _reads = new();
    TaskCompletionSource _growth = NewGrowth();
    FeedPosition _lastSeen;

    /// <summary>
    /// Completes when the log grows after this moment. Take it before you read the log, so that nothing is missed in
    /// between.
    /// </summary>
    public Task Growth => Volatile.Read(ref _growth).Task;

    /// <summary>Something may have been revoked, and its transaction is committed.</summary>
    public void OnRecorded(Event recorded)
    {
        if (recorded.Kind is not (EventKind.SessionEnded or EventKind.KeyRevoked)) return;
        Grow();
        nodes.Publish(Signal.Revocations);
    }

    /// <summary>
    /// A page of the entries after the sequence number. Followers that were woken together, and are at the same
    /// position, share one read of the log: a node reads it as often for a hundred followers as for one.
    /// </summary>
    /// <param name="growth">The promise that the follower took before, and will wait for.</param>
    /// <param name="sequence">The last number that it has seen.</param>
    public async Task<IReadOnlyList<Revocation>> ReadAfterAsync(Task growth, long sequence)
    {
        var asked = (growth, sequence);
        try
        {
            return await _reads.GetOrAdd(asked, asked => new(() => ReadAsync(asked.After))).Value;
        }
        finally
        {
            _reads.TryRemove(asked, out _);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        nodes.WatchAsync(Signal.Revocations, Poll, clock, LookAsync, stoppingToken);

    async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            var last = (await epoch.LookAsync(cancel)).Position;
            if (last != _lastSeen) Grow();
            _lastSeen = last;
        }
        catch (StorageUnavailableException fault)
        {
            SessionLog.FeedNotRead(log, fault);
        }
    }

    // It is shared by all callers, so none of them can cancel it.
    async Task<IReadOnlyList<Revocation>> ReadAsync(long sequence)
    {
        var page = await revocations.ReadAfterAsync(sequence, clock.Now() - Memory, Page, CancellationToken.None);
        // An event after the revocation of a key is signed with another key, because no follower would accept it
        // otherwise.
        if (page.Any(revocation => revocation.KeyId is not null)) await keys.FollowAsync(CancellationToken.None);
        return page;
    }

    void Grow() => Interlocked.Exchange(ref _growth, NewGrowth()).SetResult();

    static TaskCompletionSource NewGrowth() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
