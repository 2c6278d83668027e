using Handstamp.Server.Audit;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The session of a cookie that was still set when a person logged in. The new cookie replaces the old one, and after
/// that nobody could end the old session from this browser. So it ends once the new one exists. An attacker who has
/// planted a cookie only ends the attacker's own session.
/// </summary>
sealed class FormerLogin(RefreshTokenReader reader, SessionOperations sessions)
{
    public async Task EndAsync(TokenCookie cookie, HttpContext context, Guid accountId, DateTimeOffset now)
    {
        var (request, ending) = (context.Request, Origin.Of(context).Ends(EndReason.Logout, now));
        // A browser sends the token only to the cookie's own path, which is not that of the login, but it sends the
        // session's id to all paths.
        if (cookie.OwnSession(request) is { } own) await sessions.EndOwnAsync(own, accountId, ending);
        // The login is done: a token that cannot be checked now is left alone.
        if (!(await cookie.ReadAsync(request, reader)).Has(out var presented, out _)) return;
        foreach (var token in presented.Candidates) await sessions.EndAsync(token.SessionId, ending);
    }
}
