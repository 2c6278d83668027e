using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Http;

/// <summary>
/// The layer around every route: security headers, cross-origin answers, the gate of routes that need a caller, and
/// refusals in the form of the endpoint. Faults are turned into refusals. It wraps the routes instead of the pipeline,
/// so that an app that hosts them keeps its own behaviour elsewhere.
/// </summary>
sealed class Edge(
    IOptions<HandstampOptions> service, IOptions<CorsSettings> cors, ICorsService corsService, ProblemWriter problems, ILogger<Edge> log)
{
    static readonly TimeSpan StorageRetry = TimeSpan.FromSeconds(2);

    readonly CorsPolicy? _cors = cors.Value.AllowedOrigins.Count == 0 ? null : new CorsPolicyBuilder()
        .WithOrigins([.. cors.Value.AllowedOrigins])
        .WithMethods("GET", "POST", "PATCH", "DELETE")
        .WithHeaders("Authorization", "Content-Type", "DPoP", "Altcha", "Siteverify")
        .WithExposedHeaders("Retry-After", "WWW-Authenticate", "DPoP-Nonce")
        .AllowCredentials()
        .SetPreflightMaxAge(TimeSpan.FromHours(1))
        .Build();

    public void Wrap(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } next) return;
        var run = endpoint.Metadata.OfType<Handler>().FirstOrDefault() ?? Whole(next);
        if (endpoint.Metadata.OfType<CallerDemand>().FirstOrDefault() is { } demand)
            run = Guarded(run, demand, endpoint.Metadata.OfType<RecentLoginDemand>().Any());
        var form = endpoint.Metadata.OfType<IRefusalWriter>().FirstOrDefault() ?? problems;
        endpoint.RequestDelegate = context => HandleAsync(context, run, form);
        if (form is not IPageRoute && _cors is not null) AcceptPreflight(endpoint.Metadata);
    }

    /// <summary>The headers of every answer; also for the host, when no route answers.</summary>
    public void AddSecurityHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        // A route that may be cached sets this itself.
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        if (service.Value.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
    }

    // A preflight request (Fetch §4.8) is an OPTIONS that names the route's own method; only then does it come here.
    static void AcceptPreflight(IList<object> metadata)
    {
        for (var i = 0; i < metadata.Count; i++)
            if (metadata[i] is HttpMethodMetadata methods)
                metadata[i] = new HttpMethodMetadata(methods.HttpMethods, acceptCorsPreflight: true);
    }

    // Endpoints that write their own answer: pages, and documents.
    static Handler Whole(RequestDelegate next) => async context =>
    {
        await next(context);
        return null;
    };

    static Handler Guarded(Handler run, CallerDemand demand, bool recently) => async context =>
    {
        var gate = context.RequestServices.GetRequiredService<ICallerGate>();
        if (!(await gate.AuthenticateAsync(context)).Has(out var caller, out var refusal)) return refusal;
        if (demand.Refuse(caller) is { } demanded) return demanded;
        if (recently && gate.RefuseOldLogin(caller) is { } old) return old;
        context.Features.Set(caller);
        return await run(context);
    };

    async Task HandleAsync(HttpContext context, Handler run, IRefusalWriter form)
    {
        AddSecurityHeaders(context.Response);
        if (form is not IPageRoute && _cors is not null) AnswerCrossOrigin(context, _cors);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        try
        {
            if (await run(context) is { } refusal) await form.RefuseAsync(context, refusal);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone away.
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            context.Response.Headers.SetCookie = default;
            await form.RefuseAsync(context, RefusalOf(context, fault));
        }
    }

    void AnswerCrossOrigin(HttpContext context, CorsPolicy policy)
    {
        context.Response.Headers.Append("Vary", "Origin");
        if (context.Request.Headers.Origin.Count == 0) return;
        corsService.ApplyResult(corsService.EvaluatePolicy(context, policy), context.Response);
    }

    Refusal RefusalOf(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case StorageUnavailableException:
                HttpLog.StorageUnavailable(log, fault);
                return new Refusal(Problems.StorageUnavailable, RetryAfter: StorageRetry);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problems.BodyTooLarge;
            case BadHttpRequestException:
                return Problems.InvalidRequest;
            default:
                // The route and not the path: a caller can write anything into a path, which must not get into a log.
                HttpLog.Failed(log, context.GetEndpoint()?.DisplayName, fault);
                return Problems.InternalError;
        }
    }
}
