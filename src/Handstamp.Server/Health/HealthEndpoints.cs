using System.Globalization;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Handstamp.Server.Health;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the service can log people in, which needs a
/// database that accepts writes. After the signal to stop, it is no longer ready. For a day it also reports that the
/// database has gone back in time, because an operator then has something to do.
/// </summary>
static class HealthEndpoints
{
    static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    static readonly TimeSpan WentBackIsSaid = TimeSpan.FromDays(1);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", AnswerAsync);
        routes.MapGet("/health/ready", ReadyAsync);
    }

    static async ValueTask<Refusal?> ReadyAsync(HttpContext context)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
            return new Refusal(Problems.ShuttingDown, RetryAfter: Retry);
        if (!await services.GetRequiredService<IStorage>().IsWritableAsync(context.RequestAborted))
            return new Refusal(Problems.StorageUnavailable, RetryAfter: Retry);
        await AnswerAsync(context, WentBackAt(services));
        return null;
    }

    static string? WentBackAt(IServiceProvider services) =>
        services.GetRequiredService<FeedEpoch>().WentBackAt is { } at
        && services.GetRequiredService<TimeProvider>().Now() - at < WentBackIsSaid
            ? at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : null;

    static Task AnswerAsync(HttpContext context) => AnswerAsync(context, wentBackAt: null);

    static Task AnswerAsync(HttpContext context, string? wentBackAt)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(wentBackAt is null
            ? """{"status":"ok"}"""
            : $$"""{"status":"ok","database_went_back_at":"{{wentBackAt}}"}""", context.RequestAborted);
    }
}
