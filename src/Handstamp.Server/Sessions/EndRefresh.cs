using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary>
/// <c>DELETE /refresh</c>: whoever has a refresh token of the session, of whatever generation, may end it. Ending it
/// twice is no error.
/// </summary>
sealed class EndRefresh(RefreshTokenSource source, SessionRotation rotation, SessionEnder ender, RefreshCookie cookie, TimeProvider clock)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await source.ReadAsync(context) is not { } presented) return;

        var authentic = presented.Candidates.Where(rotation.IsAuthentic).ToList();
        // Whatever the cookie holds, the browser wants to be rid of it.
        if (presented.Transport == SessionTransport.Cookie) cookie.Clear(context.Response);
        if (authentic.Count == 0)
        {
            await context.WriteProblemAsync(Problems.RefreshTokenInvalid);
            return;
        }
        var ending = Origin.Of(context).Ends(presented.Exposed ? EndReason.Exposed : EndReason.Logout, clock.Now());
        foreach (var token in authentic)
            await ender.EndAsync(token.SessionId, ending);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
