using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary>
/// <c>POST /logout</c> and <c>POST /logout/all</c>: end the caller's session, or all of the account's.
/// </summary>
sealed class Logout(SessionOperations sessions, RefreshCookie cookie, TimeProvider clock)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        var caller = context.Caller();
        await sessions.EndAsync(caller.SessionId, Origin.Of(context).Ends(EndReason.Logout, clock.Now()));
        return Finish(context);
    }

    public async ValueTask<Refusal?> HandleAllAsync(HttpContext context)
    {
        await sessions.EndAllAsync(context.Caller().AccountId, Origin.Of(context).Ends(EndReason.LogoutEverywhere, clock.Now()));
        return Finish(context);
    }

    Refusal? Finish(HttpContext context)
    {
        if (context.Session().Transport == SessionTransport.Cookie) cookie.Clear(context.Response);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
