using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// Tells the followers of the feed that the revocation log has grown: at once when this process revokes, or another
/// node calls, and within <see cref="Poll"/> otherwise. The log itself stays in the database; nothing is kept here.
/// </summary>
sealed class RevocationFeed(IRevocationLog revocations, INodes nodes, TimeProvider clock, ILogger<RevocationFeed> log)
    : BackgroundService
{
    /// <summary>Only what could still be alive at an API matters, and that is an access token's longest life.</summary>
    public static readonly TimeSpan Memory = KeyRules.LongestAccessToken + KeyRules.Spread;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    TaskCompletionSource _growth = NewGrowth();
    long _lastSeen;

    /// <summary>
    /// Completes when the log grows after this moment. Take it before reading the log, so that nothing slips between.
    /// </summary>
    public Task Growth => Volatile.Read(ref _growth).Task;

    /// <summary>Something has been revoked, and its transaction is committed.</summary>
    public void Wake()
    {
        Grow();
        nodes.Call(News.Revocations);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        nodes.WatchAsync(News.Revocations, Poll, clock, LookAsync, stoppingToken);

    async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            var last = await revocations.ReadLastSequenceAsync(cancel);
            if (last != _lastSeen) Grow();
            _lastSeen = last;
        }
        catch (StorageUnavailableException fault)
        {
            SessionLog.FeedNotRead(log, fault);
        }
    }

    void Grow() => Interlocked.Exchange(ref _growth, NewGrowth()).SetResult();

    static TaskCompletionSource NewGrowth() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
