using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts.Deletion;

/// <summary>Deletes the accounts whose grace period is over. If there are several nodes, one does it.</summary>
sealed class DeletionSweeper(DeletionOperations deletions, INodes nodes, TimeProvider clock, ILogger<DeletionSweeper> log)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        nodes.CleanUpAsync(Interval, clock, SweepAsync, stoppingToken);

    public async Task SweepAsync(CancellationToken cancel)
    {
        try
        {
            while (await deletions.DeleteDueAsync(cancel) == DeletionOperations.Batch) cancel.ThrowIfCancellationRequested();
        }
        catch (StorageUnavailableException exception)
        {
            log.SweepFailed(exception);
        }
    }
}
