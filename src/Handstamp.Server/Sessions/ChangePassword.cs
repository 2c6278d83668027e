using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The body of <c>POST /password/change</c>. A class and not a record: its text must not show the passwords.
/// </summary>
sealed class ChangePasswordRequest
{
    public required string CurrentPassword { get; init; }
    public required string NewPassword { get; init; }

    /// <summary>The audience of the access token (RFC 8707). If omitted, the default.</summary>
    public string? Resource { get; init; }
}

/// <summary><c>POST /password/change</c>: the caller gets another session, with its tokens, in the answer.</summary>
sealed class ChangePassword(
    PasswordOperations passwords, BrowserOrigin origin, TokenAnswer answer, IOptions<HandstampOptions> service)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SessionJson.Default.ChangePasswordRequest)).Has(out var request, out var refusal)) return refusal;
        if (!service.Value.Serves(request.Resource)) return Problems.InvalidTarget;
        // As at the login: the answer sets the cookie.
        if (context.Session().Transport == SessionTransport.Cookie && !origin.MayUseCookie(context.Request))
            return Problems.OriginNotAllowed;

        var outcome = await passwords.ChangeAsync(
            context.Session(), request.CurrentPassword, request.NewPassword, Origin.Of(context), context.RequestAborted);
        if (outcome is LoginOutcome.Refused refused) return refused.Refusal;
        var reading = ((LoginOutcome.Begun)outcome).Reading;
        await answer.WriteAsync(context, reading, sameToken: false, reading.Session.Rotation.IssuedAt, request.Resource);
        return null;
    }
}
