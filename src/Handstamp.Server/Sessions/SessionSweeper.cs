using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Deletes the rows of ended and expired sessions after the retention, old entries of the feed, and used proofs. It
/// reads the table in small batches in the order of its key, so it needs no index and nobody waits. If there are
/// several nodes, one does it.
/// </summary>
sealed class SessionSweeper(
    ISessionStore sessions, IRevocationLog revocations, IProofStore proofs, INodes nodes,
    IOptions<SessionOptions> options, TimeProvider clock, ILogger<SessionSweeper> log)
    : BackgroundService
{
    const int Batch = 500;
    static readonly TimeSpan Round = TimeSpan.FromMinutes(10);
    // At most 5,000 rows a second: with ten million sessions it runs all the time, and must not slow anything down.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, clock);
        do await TrySweepAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round over all sessions; returns how many rows it deleted.</summary>
    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        var deleted = 0;
        Guid? position = null;
        do
        {
            var step = await sessions.SweepAsync(position, clock.Now() - options.Value.Retention, Batch, cancel);
            deleted += step.Deleted;
            position = step.Next;
            if (position is not null) await Task.Delay(Pause, clock, cancel);
        }
        while (position is not null);

        var oldest = clock.Now() - RevocationFeed.Memory;
        while (await revocations.SweepAsync(oldest, Batch) == Batch) await Task.Delay(Pause, clock, cancel);
        // A node whose clock is behind still accepts them.
        while (await proofs.SweepAsync(clock.Now() - TimeSpan.FromMinutes(5), Batch) == Batch) await Task.Delay(Pause, clock, cancel);
        return deleted;
    }

    async Task TrySweepAsync(CancellationToken cancel)
    {
        try
        {
            if (!await nodes.TryLeadAsync(cancel)) return;
            var deleted = await SweepAsync(cancel);
            if (deleted > 0) SessionLog.Swept(log, deleted);
        }
        catch (StorageUnavailableException fault)
        {
            SessionLog.SweepFailed(log, fault);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
    }
}
