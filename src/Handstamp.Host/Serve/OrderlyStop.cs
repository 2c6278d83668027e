using Handstamp.Host.Settings;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Serve;

/// <summary>
/// An orderly stop. <c>/health/ready</c> already reports not ready. The service accepts requests for a while, because a load
/// balancer needs a moment to notice. Then running requests finish, and the connections are closed.
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
