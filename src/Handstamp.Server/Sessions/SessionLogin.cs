using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>The two steps of a login, without its transport: who it is, and their session.</summary>
sealed class SessionLogin(
    Credentials credentials, ISessionStore sessions, KeyRingService keys, IOptions<SessionOptions> options,
    Telemetry telemetry, TimeProvider clock, ILogger<SessionLogin> log)
{
    const string Password = "pwd"; // RFC 8176 §2

    public async Task<CredentialOutcome> CheckAsync(HttpContext context, string email, string password)
    {
        using var activity = Telemetry.Activities.StartActivity("login");
        var outcome = await credentials.CheckAsync(email, password, context.Address(), context.RequestAborted);
        Count(outcome, activity);
        return outcome;
    }

    /// <summary>
    /// Begins a session of an account that was accepted; null when it was deleted or disabled while the password was
    /// being checked.
    /// </summary>
    public async Task<SessionReading?> BeginAsync(
        HttpContext context, Account account, SessionTransport transport, string? keyThumbprint, string? deviceName)
    {
        var now = clock.Now();
        var session = NewSession(account.Id, transport, keyThumbprint, Use.SourceOf(context), now);
        var device = new SessionDevice
        {
            Name = deviceName,
            UserAgent = Shortened(context.Request.Headers.UserAgent.ToString()),
            Address = context.Address(),
            CreatedAt = now,
        };
        if (!await sessions.TryCreateAsync(session, device)) return null;
        SessionLog.Begun(log, session.Id, account.Id, session.Transport);
        return new SessionReading(session, null, AccountState.Active, account.Claims);
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
