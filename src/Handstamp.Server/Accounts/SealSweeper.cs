using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts;

/// <summary>Deletes sealing keys when the last hash that was sealed under them has been sealed again, at a login or by a command.</summary>
sealed class SealSweeper(PasswordSealing sealing, INodes nodes, TimeProvider clock, ILogger<SealSweeper> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => nodes.CleanUpAsync(Interval, clock, SweepAsync, stoppingToken);

    public async Task SweepAsync(CancellationToken cancel)
    {
        try
        {
            await sealing.RemoveUnusedKeysAsync(cancel);
        }
        catch (StorageUnavailableException fault)
        {
            log.SealsNotSwept(fault);
        }
    }
}
