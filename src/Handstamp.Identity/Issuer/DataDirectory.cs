using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Issuer;

/// <summary>Makes the data directory, and keeps it out of Git: by default it is among the app's own files, and the master key is in it.</summary>
sealed class DataDirectory(IOptions<StorageOptions> storage) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // A directory that was there may be the app's own, with files that belong to its repository.
        if (!Directory.Exists(storage.Value.DataDirectory)) TryMake();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void TryMake()
    {
        try
        {
            OwnFile.Create(Path.Combine(storage.Value.DataDirectory, ".gitignore"), "*\n");
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            // Then no key can be made there either, and the start says so if it needs one.
        }
    }
}
