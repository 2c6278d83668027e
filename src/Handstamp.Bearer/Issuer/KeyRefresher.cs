using Microsoft.Extensions.Hosting;

namespace Handstamp.Bearer.Issuer;

/// <summary>Fetches the keys at start, and again before they are too old.</summary>
sealed class KeyRefresher(IssuerKeys keys, TimeProvider time, IHostApplicationLifetime application) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await application.StartedAsync(stoppingToken);
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        while (true)
        {
            var loaded = await keys.RefreshAsync().WaitAsync(stoppingToken);
            if (loaded)
                backoff.Reset();
            await Task.Delay(loaded ? keys.MaxAge : backoff.Next(), time, stoppingToken);
        }
    }
}
