using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary>
/// <c>DELETE /refresh</c>: anyone with a refresh token of the session, of any generation, may end it. Ending it twice
/// is not an error.
/// </summary>
sealed class EndRefresh(RefreshTokenSource source, SessionOperations sessions, RefreshCookie cookie, TimeProvider clock)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await source.ReadAsync(context)).Has(out var presented, out var refusal)) return refusal;

        // Whatever the cookie contains, the browser wants to remove it.
        if (presented.Transport == SessionTransport.Cookie) cookie.Clear(context.Response);
        if (presented.Candidates.Count == 0) return Problems.RefreshTokenInvalid;
        var ending = Origin.Of(context).Ends(presented.Exposed ? EndReason.Exposed : EndReason.Logout, clock.Now());
        foreach (var token in presented.Candidates) await sessions.EndAsync(token.SessionId, ending);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
