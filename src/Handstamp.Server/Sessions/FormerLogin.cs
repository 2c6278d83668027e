using Handstamp.Server.Audit;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The login that a cookie still held when somebody logged in over it. The new cookie takes the place of the old one, and
/// nobody could end that session from there any more: so it ends, once the new one is there. Who has planted a cookie
/// of their own ends their own session.
/// </summary>
sealed class FormerLogin(SessionRotation rotation, SessionEnder ender)
{
    public async Task EndAsync(TokenCookie cookie, HttpRequest request, DateTimeOffset now)
    {
        foreach (var token in cookie.Read(request, rotation.IsAuthentic).Candidates.Where(rotation.IsAuthentic))
            await ender.EndAsync(token.SessionId, EndReason.Logout, now);
    }
}
