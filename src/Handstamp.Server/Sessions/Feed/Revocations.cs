using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// <c>GET /revocations</c>: a server-sent event stream of revocations. <c>Last-Event-ID</c> resumes it. Without it, the
/// stream begins with everything that can still matter, and it does so again in a new epoch. A heartbeat says that the
/// follower has caught up, and that the connection works.
/// </summary>
sealed class Revocations(
    RevocationFeed feed, FeedEpoch epoch, FollowerPlaces places, SignedEvents events, ResourceServerGate gate,
    IHostApplicationLifetime life, TimeProvider clock)
{
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await gate.AdmitAsync(context)).Has(out var follower, out var refusal)) return refusal;
        if (!places.TryTake(follower)) return new Refusal(Problems.TooManyFollowers, RetryAfter: Heartbeat);
        try
        {
            await FollowAsync(context);
            return null;
        }
        finally
        {
            places.GiveBack(follower);
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
            // The follower has gone away, or this server is stopping: the follower resumes elsewhere after what it has
            // seen.
        }
    }

    async Task SendAsync(HttpContext context, FeedPosition position, CancellationToken cancel)
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
            if (epoch.Position.Epoch != position.Epoch) position = epoch.Position.Start;
            var page = await feed.ReadAfterAsync(growth, position.Sequence).WaitAsync(cancel);
            foreach (var revocation in page)
            {
                position = position with { Sequence = revocation.Sequence };
                await body.WriteAsync(events.ToMessage(position, revocation, now), cancel);
            }
            if (page.Count > 0)
            {
                epoch.Saw(position);
                continue;
            }
            await body.WriteAsync("event: heartbeat\ndata:\n\n"u8.ToArray(), cancel);
            await growth.WaitAsync(Heartbeat, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
        }
    }

    Task<FeedPosition> StartAsync(HttpContext context, CancellationToken cancel) =>
        FeedPosition.TryParse(context.Request.Headers["Last-Event-ID"].ToString(), out var seen)
            ? epoch.ResumeAsync(seen, cancel)
            : Task.FromResult(epoch.Position.Start);
}
