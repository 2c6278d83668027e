using System.Net;
using Handstamp.Bearer.Issuer;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer.Feed;

/// <summary>Keeps a connection to the issuer's revocation feed, and reconnects soon when it breaks.</summary>
sealed class FeedFollower(
    IssuerClient issuer, IssuerKeys keys, FeedReader reader, FeedStatus status,
    IOptions<HandstampBearerOptions> options, TimeProvider time, IHostApplicationLifetime application,
    ILogger<FeedFollower> log) : BackgroundService
{
    /// <summary>When to try again if a person has to change something first.</summary>
    static readonly TimeSpan SlowRetry = TimeSpan.FromSeconds(30);

    readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    string Authority => options.Value.Authority;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await application.StartedAsync(stoppingToken);
        while (true)
        {
            var pause = await FollowAsync(stoppingToken);
            await Task.Delay(pause, time, stoppingToken);
        }
    }

    /// <summary>Follows the feed until the connection ends, and returns how long to wait before the next one.</summary>
    async Task<TimeSpan> FollowAsync(CancellationToken stopping)
    {
        if (keys.Current is null && !await keys.RefreshAsync().WaitAsync(stopping)) return _backoff.Next();
        if (keys.Metadata?.Revocations is not { } address) return NotOffered();

        using var silence = new CancellationTokenSource(FeedStatus.LostAfter, time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stopping);
        try
        {
            using var answer = await issuer.OpenFeedAsync(address, reader.LastEventId, cancel.Token);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                return Refused(answer.StatusCode);

            await ReadAsync(answer, silence, cancel.Token);
            BearerLog.FeedBroken(log, Authority, null);
        }
        catch (Exception fault) when (
            fault is HttpRequestException or IOException
            || (fault is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            BearerLog.FeedBroken(log, Authority, fault);
        }

        return _backoff.Next();
    }

    async Task ReadAsync(HttpResponseMessage answer, CancellationTokenSource silence, CancellationToken cancel)
    {
        answer.EnsureSuccessStatusCode();
        if (answer.Content.Headers.ContentType is not { MediaType: "text/event-stream" })
            throw new HttpRequestException("The revocation feed is not a stream of events.");

        await using var line = await answer.Content.ReadAsStreamAsync(cancel);
        await reader.ReadAsync(line, () => FrameCame(silence), cancel);
    }

    void FrameCame(CancellationTokenSource silence)
    {
        silence.CancelAfter(FeedStatus.LostAfter);
        _backoff.Reset();
    }

    TimeSpan NotOffered()
    {
        if (status.State != FeedState.NotOffered)
            BearerLog.FeedNotOffered(log, Authority);
        status.Fail(FeedState.NotOffered);
        return SlowRetry;
    }

    TimeSpan Refused(HttpStatusCode code)
    {
        if (status.State != FeedState.Refused)
            BearerLog.FeedRefused(log, Authority, (int)code);
        status.Fail(FeedState.Refused);
        return SlowRetry;
    }
}
