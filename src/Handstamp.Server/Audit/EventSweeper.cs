using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Audit;

/// <summary>
/// Deletes events that are older than the retention, and the oldest refusals beyond the limit, in small batches. If
/// there are several nodes, one does it.
/// </summary>
sealed class EventSweeper(
    IEventStore events, INodes nodes, IOptions<AuditOptions> options, TimeProvider clock, ILogger<EventSweeper> log) : BackgroundService
{
    /// <summary>Strangers cause refusals, so their number is limited: about 100 MB.</summary>
    public const int MostRefusals = 500_000;

    const int Batch = 500;
    static readonly TimeSpan Round = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, clock);
        do await TrySweepAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task SweepAsync(CancellationToken cancel)
    {
        var oldest = clock.Now() - options.Value.Retention;
        while (await events.SweepAsync(oldest, Batch) == Batch) await Task.Delay(Pause, clock, cancel);
        while (await events.SweepRefusalsAsync(MostRefusals, Batch) == Batch) await Task.Delay(Pause, clock, cancel);
    }

    async Task TrySweepAsync(CancellationToken cancel)
    {
        try
        {
            if (await nodes.TryLeadAsync(cancel)) await SweepAsync(cancel);
        }
        catch (StorageUnavailableException fault)
        {
            AuditLog.SweepFailed(log, fault);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
    }
}
