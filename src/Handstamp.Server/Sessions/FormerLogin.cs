using Handstamp.Server.Audit;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The login that a cookie still held when somebody logged in over it. The new cookie takes the place of the old one, and
/// nobody could end that session from there any more: so it ends, once the new one is there. Who has planted a cookie
/// of their own ends their own session.
/// </summary>
sealed class FormerLogin(RefreshTokenReader reader, SessionOperations sessions)
{
    public async Task EndAsync(TokenCookie cookie, HttpContext context, Guid accountId, DateTimeOffset now)
    {
        var (request, ending) = (context.Request, Origin.Of(context).Ends(EndReason.Logout, now));
        // A browser sends the token to its own path alone, which is not that of the login, but the session's id to all.
        if (cookie.OwnSession(request) is { } own) await sessions.EndOwnAsync(own, accountId, ending);
        // The login is done: what can't be judged now is left.
        if (!(await cookie.ReadAsync(request, reader)).Has(out var presented, out _)) return;
        foreach (var token in presented.Candidates) await sessions.EndAsync(token.SessionId, ending);
    }
}
