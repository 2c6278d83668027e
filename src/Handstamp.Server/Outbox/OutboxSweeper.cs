using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Outbox;

/// <summary>Deletes entries that were given up, after an operator had a week to see them.</summary>
sealed class OutboxSweeper(IOutboxStore outbox, INodes nodes, TimeProvider clock, ILogger<OutboxSweeper> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    const int Batch = 200;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        nodes.CleanUpAsync(Interval, clock, SweepAsync, stoppingToken);

    public async Task SweepAsync(CancellationToken cancel)
    {
        var before = clock.Now() - Retention;
        try
        {
            while (await outbox.SweepAsync(before, Batch) == Batch) cancel.ThrowIfCancellationRequested();
        }
        catch (StorageUnavailableException exception)
        {
            log.Unavailable(exception);
        }
    }
}
