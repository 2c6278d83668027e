using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts;

/// <summary>Deletes counters that have run out, in batches that delay other writes only briefly.</summary>
sealed class ThrottleSweeper(
    IThrottleStore throttles, INodes nodes, TimeProvider clock, ILogger<ThrottleSweeper> log)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    const int Batch = 200;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        nodes.CleanUpAsync(Interval, clock, SweepAsync, stoppingToken);

    public async Task SweepAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        try
        {
            while (await throttles.SweepAsync(now, Batch) == Batch) cancel.ThrowIfCancellationRequested();
        }
        catch (StorageUnavailableException exception)
        {
            log.SweepFailed(exception);
        }
    }
}
