using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary>
/// <c>DELETE /refresh</c>: whoever has a refresh token of the session, of whatever generation, may end it. Ending it
/// twice is no error.
/// </summary>
sealed class EndRefresh(RefreshTokenSource source, SessionOperations sessions, RefreshCookie cookie, TimeProvider clock)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await source.ReadAsync(context)).Has(out var presented, out var refusal)) return refusal;

        // Whatever the cookie holds, the browser wants to be rid of it.
        if (presented.Transport == SessionTransport.Cookie) cookie.Clear(context.Response);
        if (presented.Candidates.Count == 0) return Problems.RefreshTokenInvalid;
        var ending = Origin.Of(context).Ends(presented.Exposed ? EndReason.Exposed : EndReason.Logout, clock.Now());
        foreach (var token in presented.Candidates) await sessions.EndAsync(token.SessionId, ending);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
