using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.Options;
using SessionOptions = Handstamp.Server.Sessions.SessionOptions;

namespace Handstamp.Host.Playground;

/// <summary>The routes of the playground, which exist only in development.</summary>
static class PlaygroundEndpoints
{
    public static void MapPlayground(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) return;

        var routes = app.MapGroup(app.Services.GetRequiredService<IOptions<HandstampOptions>>().Value.BasePath);
        routes.MapPage();
        routes.MapGet("/playground/session", ShowSessionAsync).RequireFirstParty();
        routes.MapGet("/playground/mails", MailView.ShowAsync);
        // Under the path of the cookie, so that the browser sends it here, too.
        routes.MapPost("/refresh/lost", LoseAnswerAsync);
        ((IEndpointConventionBuilder)routes).Finally(app.Services.GetRequiredService<Edge>().Wrap);
    }

    /// <summary>
    /// The caller's session, as in its row. A page cannot get this in another way, and in production no page should.
    /// </summary>
    static Task ShowSessionAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(
            SessionView.Of(context.Session(), context.RequestServices.GetRequiredService<IOptions<SessionOptions>>().Value),
            PlaygroundJson.Default.SessionView);

    /// <summary>
    /// A refresh whose answer gets lost: the refresh is done, and then the connection is cut. A page cannot lose an
    /// answer by itself: the browser stores the cookie before a script can discard the answer.
    /// </summary>
    static async Task LoseAnswerAsync(HttpContext context)
    {
        context.Response.Body = Stream.Null;
        await context.RequestServices.GetRequiredService<Refresh>().HandleAsync(context);
        context.Abort();
    }
}
