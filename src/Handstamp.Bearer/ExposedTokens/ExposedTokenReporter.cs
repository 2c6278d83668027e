using System.Threading.Channels;
using Handstamp.Bearer.Issuer;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Bearer.ExposedTokens;

/// <summary>
/// Reports exposed refresh tokens to the issuer, outside the requests. A report that fails is logged and not repeated.
/// Only a new sighting after a pause tries again.
/// </summary>
sealed class ExposedTokenReporter(IssuerClient issuer, Sightings sightings, ILogger<ExposedTokenReporter> log)
    : BackgroundService
{
    const int MaxWaiting = 1000;

    // A report that the issuer does not answer must not delay the others.
    const int AtOnce = 4;

    readonly Channel<Sighting> _waiting = Channel.CreateBounded<Sighting>(MaxWaiting);

    /// <summary>Never waits: if the queue is full, the report is dropped.</summary>
    public void Report(Sighting seen)
    {
        if (!_waiting.Writer.TryWrite(seen))
            sightings.Forget(seen.Token);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => ReportAllAsync(stoppingToken)));

    async Task ReportAllAsync(CancellationToken stopping)
    {
        await foreach (var seen in _waiting.Reader.ReadAllAsync(stopping))
            await ReportAsync(seen).WaitAsync(stopping);
    }

    async Task ReportAsync(Sighting seen)
    {
        try
        {
            if (await issuer.ReportExposedAsync(seen.Token))
                BearerLog.TokenExposed(log, seen.Session, seen.Place);
        }
        catch (HttpRequestException fault)
        {
            BearerLog.ExposureNotReported(log, fault);
            sightings.Forget(seen.Token);
        }
    }
}

/// <summary>A text with the form of a refresh token, and the session that it names.</summary>
sealed record Sighting(string Token, Guid Session, string Place)
{
    public override string ToString() => "what looks like a refresh token";
}
