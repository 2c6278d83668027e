using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server;

/// <summary>
/// Opens the database, then the feed and the key ring, before anything is served. A fault in one of them stops the
/// start.
/// </summary>
sealed class HandstampStartup(
    IStorage storage, FeedEpoch feed, KeyRingService keys, TimeProvider clock, ILogger<HandstampStartup> log) : IHostedLifecycleService
{
    // A database may be recovering from a crash, busy, or failing over to its standby. Running nodes wait for it, and
    // so does a node that starts.
    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await OpenStorageAsync(cancellationToken);
        await OpenAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task OpenStorageAsync(CancellationToken cancel)
    {
        var start = clock.GetTimestamp();
        for (var isTold = false; ; isTold = true)
        {
            try
            {
                await storage.OpenAsync(cancel);
                return;
            }
            catch (StorageStartException fault) when (fault.MayPass && clock.GetElapsedTime(start) < StartTimeout)
            {
                if (!isTold) StorageLog.StartWaits(log, fault.Message);
                await Task.Delay(Pause, clock, cancel);
            }
        }
    }

    async Task OpenAsync(CancellationToken cancel)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await feed.OpenAsync(cancel);
                await keys.OpenAsync(cancel);
                return;
            }
            catch (StorageUnavailableException fault) when (fault.MayPass && clock.GetElapsedTime(start) < StartTimeout)
            {
                await Task.Delay(Pause, clock, cancel);
            }
        }
    }
}
