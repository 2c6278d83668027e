using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
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
}

/// <summary><c>POST /login</c>: an address and a password in, a session and its two tokens out.</summary>
sealed class Login(
    Credentials credentials, ISessionStore sessions, KeyRingService keys, BrowserOrigin origin, ProofGate proofs, TokenAnswer answer,
    IOptions<SessionOptions> options, Telemetry telemetry, TimeProvider clock, ILogger<Login> log)
{
    const string Password = "pwd"; // RFC 8176 §2

    public async Task HandleAsync(HttpContext context)
    {
        using var activity = Telemetry.Activities.StartActivity("login");
        if (await ReadAsync(context) is not { } request) return;
        if (await proofs.ReadAsync(context) is not { } proof) return;

        var outcome = await credentials.CheckAsync(request.Email, request.Password, context.Address(), context.RequestAborted);
        Count(outcome, activity);
        await (outcome is CredentialOutcome.Accepted { Account: var account }
            ? BeginAsync(context, account, request, proof)
            : context.WriteProblemAsync(outcome));
    }

    async ValueTask<LoginRequest?> ReadAsync(HttpContext context)
    {
        if (await context.ReadJsonAsync(SessionJson.Default.LoginRequest) is not { } request) return null;
        if (request.Transport is not (null or "body" or "cookie"))
            await context.WriteProblemAsync(Problems.InvalidRequest, "The member 'transport' has to be body or cookie.");
        else if (!DeviceName.IsValid(request.DeviceName))
            await context.WriteProblemAsync(Problems.InvalidRequest, DeviceName.Rule);
        else if (TransportOf(request) == SessionTransport.Cookie && !origin.MayUseCookie(context.Request))
            // Else a foreign page could log its visitor in as somebody else.
            await context.WriteProblemAsync(Problems.OriginNotAllowed);
        else return request;
        return null;
    }

    async Task BeginAsync(HttpContext context, Account account, LoginRequest request, PresentedProof proof)
    {
        if (!await proofs.TryUseAsync(context, proof)) return;

        var now = clock.Now();
        var session = NewSession(account.Id, TransportOf(request), proof.KeyThumbprint, Use.SourceOf(context), now);
        var device = new SessionDevice
        {
            Name = request.DeviceName,
            UserAgent = Shortened(context.Request.Headers.UserAgent.ToString()),
            Address = context.Address(),
            CreatedAt = now,
        };
        if (!await sessions.TryCreateAsync(session, device))
        {
            // Deleted or disabled while the password was being checked.
            await context.WriteProblemAsync(Problems.InvalidCredentials);
            return;
        }
        SessionLog.Begun(log, session.Id, account.Id, session.Transport);
        await answer.WriteAsync(context, new SessionReading(session, null, AccountState.Active, account.Claims), sameToken: false, now);
    }

    Session NewSession(Guid accountId, SessionTransport transport, string? keyThumbprint, int source, DateTimeOffset now)
    {
        var life = options.Value;
        return new Session
        {
            Id = Guid.CreateVersion7(now),
            AccountId = accountId,
            Rotation = RotationState.AtLogin(now),
            MacKeyId = keys.Ring.MacKey(now).Id,
            Transport = transport,
            KeyThumbprint = keyThumbprint,
            AuthenticationMethods = Password,
            AuthenticatedAt = now,
            IdleExpiresAt = now + life.IdleLifetime,
            ExpiresAt = now + life.AbsoluteLifetime,
            Contention = new Contention(source, null, now),
        };
    }

    static SessionTransport TransportOf(LoginRequest request) =>
        request.Transport is "cookie" ? SessionTransport.Cookie : SessionTransport.Body;

    static string? Shortened(string userAgent) => userAgent.Length switch
    {
        0 => null,
        <= Use.MaxUserAgent => userAgent,
        _ => userAgent[..Use.MaxUserAgent],
    };

    void Count(CredentialOutcome outcome, Activity? activity)
    {
        var name = outcome switch
        {
            CredentialOutcome.Accepted => "accepted",
            CredentialOutcome.Wrong => "wrong",
            CredentialOutcome.Disabled => "disabled",
            CredentialOutcome.Throttled => "throttled",
            CredentialOutcome.Busy => "busy",
            CredentialOutcome.Malformed => "malformed",
            _ => throw new UnreachableException(),
        };
        telemetry.Logins.Add(1, Telemetry.Outcome(name));
        activity?.SetTag("outcome", name);
    }
}
