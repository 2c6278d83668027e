using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;

namespace Handstamp.Server;

/// <summary>
/// Opens the database and then the key ring before anything is served; what is wrong with either stops the start.
/// </summary>
sealed class HandstampStartup(IStorage storage, KeyRingService keys) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await storage.OpenAsync(cancellationToken);
        await keys.OpenAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
