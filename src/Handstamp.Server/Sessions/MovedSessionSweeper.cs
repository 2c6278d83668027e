using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Sessions;

/// <summary>Forgets tokens of the former system whose time is over, in batches that delay other writes only briefly.</summary>
sealed class MovedSessionSweeper(IAccountSessionStore sessions, INodes nodes, TimeProvider clock, ILogger<MovedSessionSweeper> log)
    : BackgroundService
{
    const int Batch = 500;
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        nodes.CleanUpAsync(Interval, clock, SweepAsync, stoppingToken);

    async Task SweepAsync(CancellationToken cancel)
    {
        try
        {
            while (await sessions.SweepMovedAsync(clock.Now(), Batch) == Batch) cancel.ThrowIfCancellationRequested();
        }
        catch (StorageUnavailableException fault)
        {
            SessionLog.SweepFailed(log, fault);
        }
    }
}
