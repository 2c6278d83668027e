using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>The body of <c>POST /login</c>. A class and not a record: its text must not show the password.</summary>
sealed class LoginRequest
{
    public required string Email { get; init; }
    public required string Password { get; init; }

    /// <summary>How the device list shall call this session.</summary>
    public string? DeviceName { get; init; }

    /// <summary><c>body</c> (the default) or <c>cookie</c>: how the refresh token travels, from here on.</summary>
    public string? Transport { get; init; }

    /// <summary>For whom the access token shall be (RFC 8707). Left out, it is the default.</summary>
    public string? Resource { get; init; }
}

/// <summary><c>POST /login</c>: an address and a password in, a session and its two tokens out.</summary>
sealed class Login(
    SessionLogin login, FormerLogin former, RefreshCookie cookie, BrowserOrigin origin, ProofGate proofs, TokenAnswer answer,
    IOptions<HandstampOptions> service)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } request) return;
        if (await proofs.ReadAsync(context) is not { } proof) return;

        var outcome = await login.CheckAsync(context, request.Email, request.Password);
        await (outcome is CredentialOutcome.Accepted { Account: var account }
            ? BeginAsync(context, account, request, proof)
            : context.WriteProblemAsync(outcome.ToRefusal()));
    }

    async ValueTask<LoginRequest?> ReadAsync(HttpContext context)
    {
        if (await context.ReadJsonAsync(SessionJson.Default.LoginRequest) is not { } request) return null;
        if (request.Transport is not (null or "body" or "cookie"))
            await context.WriteProblemAsync(Problems.InvalidRequest, "The member 'transport' has to be body or cookie.");
        else if (!DeviceName.IsValid(request.DeviceName))
            await context.WriteProblemAsync(Problems.InvalidRequest, DeviceName.Rule);
        else if (!service.Value.Serves(request.Resource))
            await context.WriteProblemAsync(Problems.InvalidTarget);
        else if (TransportOf(request) == SessionTransport.Cookie && !origin.MayUseCookie(context.Request))
            // Else a foreign page could log its visitor in as somebody else.
            await context.WriteProblemAsync(Problems.OriginNotAllowed);
        else return request;
        return null;
    }

    async Task BeginAsync(HttpContext context, Account account, LoginRequest request, PresentedProof proof)
    {
        if (!await proofs.TryUseAsync(context, proof)) return;

        var outcome = await login.BeginAsync(
            context, account, TransportOf(request), proof.KeyThumbprint, request.DeviceName);
        await (outcome switch
        {
            LoginOutcome.Refused { Refusal: var refusal } => context.WriteProblemAsync(refusal),
            LoginOutcome.Begun { Reading: var reading } => AnswerAsync(context, reading, request.Resource),
            _ => throw new UnreachableException(),
        });
    }

    async Task AnswerAsync(HttpContext context, SessionReading reading, string? resource)
    {
        var session = reading.Session;
        var now = session.AuthenticatedAt;
        if (session.Transport == SessionTransport.Cookie) await former.EndAsync(cookie, context, session.AccountId, now);
        await answer.WriteAsync(context, reading, sameToken: false, now, resource);
    }

    static SessionTransport TransportOf(LoginRequest request) =>
        request.Transport is "cookie" ? SessionTransport.Cookie : SessionTransport.Body;
}
