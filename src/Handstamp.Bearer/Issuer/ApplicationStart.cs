using Microsoft.Extensions.Hosting;

namespace Handstamp.Bearer.Issuer;

static class ApplicationStart
{
    /// <summary>Waits until this application listens: it may be the issuer itself.</summary>
    public static async Task StartedAsync(this IHostApplicationLifetime application, CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = application.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping);
    }
}
