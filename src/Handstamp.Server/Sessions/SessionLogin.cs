using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>What came of a login.</summary>
abstract record LoginOutcome
{
    LoginOutcome() { }

    /// <summary>The session is stored.</summary>
    public sealed record Begun(SessionReading Reading, DateTimeOffset At) : LoginOutcome;

    public sealed record Refused(Refusal Refusal) : LoginOutcome;
}

/// <summary>The login without its transport: an address and a password in, a session out.</summary>
sealed class SessionLogin(
    Credentials credentials, ISessionStore sessions, KeyRingService keys, IOptions<SessionOptions> options,
    Telemetry telemetry, TimeProvider clock, ILogger<SessionLogin> log)
{
    const string Password = "pwd"; // RFC 8176 §2

    public async Task<LoginOutcome> LoginAsync(
        HttpContext context, string email, string password, SessionTransport transport, string? deviceName)
    {
        using var activity = Telemetry.Activities.StartActivity("login");
        var outcome = await credentials.CheckAsync(email, password, context.Address(), context.RequestAborted);
        Count(outcome, activity);
        return outcome is CredentialOutcome.Accepted { Account: var account }
            ? await BeginAsync(context, account, transport, deviceName)
            : new LoginOutcome.Refused(outcome.ToRefusal());
    }

    async Task<LoginOutcome> BeginAsync(
        HttpContext context, Account account, SessionTransport transport, string? deviceName)
    {
        var now = clock.Now();
        var session = NewSession(account.Id, transport, Use.SourceOf(context), now);
        var device = new SessionDevice
        {
            Name = deviceName,
            UserAgent = Shortened(context.Request.Headers.UserAgent.ToString()),
            Address = context.Address(),
            CreatedAt = now,
        };
        // Deleted or disabled while the password was being checked.
        if (!await sessions.TryCreateAsync(session, device))
            return new LoginOutcome.Refused(new Refusal(Problems.InvalidCredentials));
        SessionLog.Begun(log, session.Id, account.Id, session.Transport);
        return new LoginOutcome.Begun(new SessionReading(session, null, AccountState.Active, account.Claims), now);
    }

    Session NewSession(Guid accountId, SessionTransport transport, int source, DateTimeOffset now)
    {
        var life = options.Value;
        return new Session
        {
            Id = Guid.CreateVersion7(now),
            AccountId = accountId,
            Rotation = RotationState.AtLogin(now),
            MacKeyId = keys.Ring.MacKey(now).Id,
            Transport = transport,
            AuthenticationMethods = Password,
            AuthenticatedAt = now,
            IdleExpiresAt = now + life.IdleLifetime,
            ExpiresAt = now + life.AbsoluteLifetime,
            Contention = new Contention(source, null, now),
        };
    }

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
