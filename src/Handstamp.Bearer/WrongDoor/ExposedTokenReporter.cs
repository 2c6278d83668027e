using System.Threading.Channels;
using Handstamp.Bearer.Issuer;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Bearer.WrongDoor;

/// <summary>
/// Tells the issuer of exposed refresh tokens, one after the other, beside the requests. A session is reported once; a
/// report that fails is logged and not repeated, and only a new sighting after a pause tries again.
/// </summary>
sealed class ExposedTokenReporter(IssuerClient issuer, TimeProvider time, ILogger<ExposedTokenReporter> log)
    : BackgroundService
{
    const int MaxWaiting = 100;
    const int MaxRemembered = 10_000;
    static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(10);

    readonly Channel<(string Token, Guid Session)> _waiting =
        Channel.CreateBounded<(string, Guid)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    readonly HashSet<Guid> _reported = [];

    /// <summary>Never waits: what does not fit is left out.</summary>
    public void Report(string token, Guid session)
    {
        lock (_reported)
        {
            if (_reported.Count >= MaxRemembered)
                _reported.Clear();
            if (!_reported.Contains(session) && _waiting.Writer.TryWrite((token, session)))
                _reported.Add(session);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (token, session) in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            if (await TryReportAsync(token, session).WaitAsync(stoppingToken))
                continue;

            await Task.Delay(PauseAfterFault, time, stoppingToken);
            lock (_reported)
                _reported.Remove(session);
        }
    }

    async Task<bool> TryReportAsync(string token, Guid session)
    {
        try
        {
            await issuer.ReportExposedAsync(token);
            BearerLog.ExposureReported(log, session);
            return true;
        }
        catch (HttpRequestException fault)
        {
            BearerLog.ExposureNotReported(log, session, fault);
            return false;
        }
    }
}
