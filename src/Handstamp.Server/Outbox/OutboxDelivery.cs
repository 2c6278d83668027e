using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Outbox;

/// <summary>
/// Delivers what is due: several entries at once, so that a slow receiver does not hold up the others. A node that is
/// killed keeps its leases for a while, then another one delivers their entries.
/// </summary>
sealed class OutboxDelivery(
    IOutboxStore outbox, INodes nodes, IServiceProvider services, TimeProvider clock, ILogger<OutboxDelivery> log)
    : BackgroundService
{
    /// <summary>How long a lease lasts.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(12);

    // Less than the lease: another node must not begin while this one is still sending. A mail server may take ten minutes to
    // accept a mail (RFC 5321 §4.5.3.2.6).
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(11);

    const int AtOnce = 4;

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _places = new(AtOnce);
    // Resolved at the first entry: a channel may need a service that needs this one.
    readonly Lazy<Dictionary<string, IOutboxChannel>> _channels =
        new(() => services.GetServices<IOutboxChannel>().ToDictionary(channel => channel.Name, StringComparer.Ordinal));
    TaskCompletionSource _wake = NewSource();

    /// <summary>An entry was added. This node looks at once, and the others soon.</summary>
    public void Wake()
    {
        WakeHere();
        nodes.Publish(Signal.Outbox);
    }

    public override void Dispose()
    {
        _places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Requested before the look, so that nothing is missed in between.
            Task woken = Task.WhenAny(Volatile.Read(ref _wake).Task, nodes.NextAsync(Signal.Outbox));
            await StartDueAsync(stoppingToken);
            await woken.WaitAsync(Poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // What has begun is completed: a mail that was sent but not recorded would be sent again.
        for (var place = 0; place < AtOnce; place++) await _places.WaitAsync(CancellationToken.None);
    }

    async Task StartDueAsync(CancellationToken cancel)
    {
        while (await TryEnterAsync(cancel))
        {
            if (cancel.IsCancellationRequested || await LeaseAsync() is not { } leased)
            {
                _places.Release();
                return;
            }
            _ = DeliverAndLeaveAsync(leased);
        }
    }

    /// <summary>False if the service stops before there is a place.</summary>
    async Task<bool> TryEnterAsync(CancellationToken cancel)
    {
        try
        {
            await _places.WaitAsync(cancel);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    async Task<LeasedEntry?> LeaseAsync()
    {
        try
        {
            var now = clock.Now();
            return await outbox.LeaseAsync(now, now + Lease);
        }
        catch (StorageUnavailableException exception)
        {
            log.Unavailable(exception);
            return null;
        }
    }

    async Task DeliverAndLeaveAsync(LeasedEntry leased)
    {
        try
        {
            await DeliverAsync(leased);
        }
        catch (StorageUnavailableException exception)
        {
            // The lease ends, and the entry is delivered again.
            log.Unavailable(exception);
        }
        finally
        {
            _places.Release();
            // The next entry of the lane may be due.
            WakeHere();
        }
    }

    async Task DeliverAsync(LeasedEntry leased)
    {
        var failure = await TryAsync(leased.Entry);
        if (failure is null)
        {
            await outbox.CompleteAsync(leased);
            return;
        }

        var (entry, now, reason) = (leased.Entry, clock.Now(), failure.Message.Shortened(OutboxEntry.MaxFailure));
        if (!failure.IsPermanent && OutboxPauses.Next(leased, now) is { } next)
        {
            log.DeliveryFailed(leased.Attempt, entry.Id, entry.Channel, failure.Message, next);
            await outbox.PostponeAsync(leased, next, reason);
        }
        else
        {
            log.GivenUp(entry.Id, entry.Channel, leased.Attempt, failure.Message);
            await outbox.GiveUpAsync(leased, now, reason);
        }
    }

    async Task<DeliveryException?> TryAsync(OutboxEntry entry)
    {
        using var limit = new CancellationTokenSource(Longest, clock);
        try
        {
            if (!_channels.Value.TryGetValue(entry.Channel, out var channel))
                return new DeliveryException("This node has no such channel.");
            await channel.DeliverAsync(entry, limit.Token);
            return null;
        }
        catch (DeliveryException failure)
        {
            return failure;
        }
        catch (OperationCanceledException)
        {
            return new DeliveryException("It took too long.");
        }
        catch (Exception fault) when (fault is not StorageUnavailableException)
        {
            // Only a mistake of ours. It must not stop the other deliveries.
            log.ChannelFailed(entry.Channel, fault);
            return new DeliveryException("The channel has failed.");
        }
    }

    void WakeHere() => Interlocked.Exchange(ref _wake, NewSource()).TrySetResult();

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
