using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.Options;
using SessionOptions = Handstamp.Server.Sessions.SessionOptions;

namespace Handstamp.Host.Playground;

/// <summary>The routes of the playground, which exist in development alone.</summary>
static class PlaygroundEndpoints
{
    public static void MapPlayground(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) return;

        var routes = app.MapGroup(app.Services.GetRequiredService<IOptions<HandstampOptions>>().Value.BasePath);
        routes.MapPage();
        routes.MapGet("/playground/session", ShowSessionAsync).RequireFirstParty();
        // Under the path of the cookie, so that the browser sends it here, too.
        routes.MapPost("/refresh/lost", LoseAnswerAsync);
        ((IEndpointConventionBuilder)routes).Finally(app.Services.GetRequiredService<Edge>().Wrap);
    }

    /// <summary>The caller's session, as its row is: what a page can't learn otherwise, and no page should.</summary>
    static Task ShowSessionAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(
            SessionView.Of(context.Session(), context.RequestServices.GetRequiredService<IOptions<SessionOptions>>().Value),
            PlaygroundJson.Default.SessionView);

    /// <summary>
    /// A refresh whose answer gets lost: it is done, and then the connection is cut. A page can't lose an answer by
    /// itself: the browser has taken its cookie by the time that a script can throw it away.
    /// </summary>
    static async Task LoseAnswerAsync(HttpContext context)
    {
        context.Response.Body = Stream.Null;
        await context.RequestServices.GetRequiredService<Refresh>().HandleAsync(context);
        context.Abort();
    }
}
