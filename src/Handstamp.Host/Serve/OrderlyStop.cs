using Handstamp.Host.Settings;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Serve;

/// <summary>
/// A stop in order: <c>/health/ready</c> has turned already; requests are still taken for a while, because a load
/// balancer needs a moment to notice; then those that run are finished and the connections closed.
/// </summary>
sealed class OrderlyStop(IOptions<ShutdownOptions> options, TimeProvider clock, ILogger<OrderlyStop> log)
    : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        ServeLog.Stopping(log, options.Value.DrainDelay);
        await Task.Delay(options.Value.DrainDelay, clock, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
