using System.Globalization;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// <c>GET /revocations</c>: a server-sent event stream of what has been revoked. <c>Last-Event-ID</c> resumes it;
/// without, it begins with all that can still matter. A heartbeat says that the follower has caught up, and that the
/// line is alive.
/// </summary>
sealed class Revocations(
    IRevocationLog log, RevocationFeed feed, SignedEvents events, ResourceServerGate gate,
    IHostApplicationLifetime life, TimeProvider clock)
{
    public const int MaxFollowers = 1000;
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    int _followers;

    public async Task HandleAsync(HttpContext context)
    {
        if (!await gate.AdmitAsync(context)) return;
        try
        {
            if (Interlocked.Increment(ref _followers) > MaxFollowers)
                await context.WriteProblemAsync(Problems.ServerBusy, retryAfter: Heartbeat);
            else
                await FollowAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _followers);
        }
    }

    async Task FollowAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        try
        {
            await SendAsync(context, await StartAsync(context, stop.Token), stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The follower has gone, or this server is about to: it resumes elsewhere from what it has seen.
        }
    }

    async Task SendAsync(HttpContext context, long sequence, CancellationToken cancel)
    {
        var body = context.Response.BodyWriter;
        var admitted = clock.Now();
        while (true)
        {
            var growth = feed.Growth;
            var now = clock.Now();
            if (now - admitted >= Heartbeat)
            {
                if (!await gate.StillAdmitsAsync(context, cancel)) return;
                admitted = now;
            }
            var page = await feed.ReadAfterAsync(growth, sequence).WaitAsync(cancel);
            foreach (var revocation in page)
            {
                await body.WriteAsync(events.Frame(revocation, now), cancel);
                sequence = revocation.Sequence;
            }
            if (page.Count > 0) continue;
            await body.WriteAsync("event: heartbeat\ndata:\n\n"u8.ToArray(), cancel);
            await growth.WaitAsync(Heartbeat, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Where to begin. A follower that is ahead of the log has seen a database that was since put back: from the
    /// start.
    /// </summary>
    async Task<long> StartAsync(HttpContext context, CancellationToken cancel)
    {
        var lastSeen = context.Request.Headers["Last-Event-ID"].ToString();
        return long.TryParse(lastSeen, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && sequence <= await log.ReadLastSequenceAsync(cancel)
                ? sequence
                : 0;
    }
}
