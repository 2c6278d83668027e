using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// How sessions begin, without their transport: on a grant, or in place of the one that has changed the password. What was
/// verified has to hold still when the session is written: that was some time ago.
/// </summary>
sealed class SessionLogin(
    ISessionStore sessions, SessionEnder ender, KeyRingService keys, IOptions<SessionOptions> options, TimeProvider clock,
    ILogger<SessionLogin> log)
{
    public const string Password = "pwd"; // RFC 8176 §2

    /// <summary>Begins the session of a sign-in that is complete.</summary>
    public async Task<LoginOutcome> BeginAsync(HttpContext context, Grant grant)
    {
        var now = clock.Now();
        var session = NewSession(grant.AccountId, grant.Transport, grant.KeyThumbprint, Use.SourceOf(context), now) with
        {
            ClientId = grant.ClientId,
            Scope = grant.Scope,
            Audience = grant.Audience,
            AuthenticationMethods = string.Join(' ', grant.AuthenticationMethods),
            AuthenticatedAt = grant.AuthenticatedAt,
        };
        var device = new SessionDevice
        {
            Name = grant.DeviceName,
            UserAgent = Shortened(context.Request.Headers.UserAgent.ToString()),
            Address = context.Address(),
            CreatedAt = now,
        };
        var terms = new SessionTerms(grant.SecurityStamp, options.Value.MaxPerAccount);
        var created = await AddAsync(session, session => sessions.TryCreateAsync(session, device, terms));
        if (created is SessionCreation.Begun { Ended: > 0 and var ended })
            ender.TellAll(grant.AccountId, ended, EndReason.OverLimit);
        return Outcome(created, changed: Problems.InvalidCredentials);
    }

    /// <summary>
    /// Writes the new password of an account that was accepted, and begins the session that takes the place of the
    /// caller's: for the same device, with the same transport and key.
    /// </summary>
    public async Task<LoginOutcome> ChangePasswordAsync(
        HttpContext context, Account account, HashedPassword password, Session caller)
    {
        var now = clock.Now();
        var change = new PasswordChange(account.Id, account.SecurityStamp, password, caller.Id);
        var fresh = NewSession(account.Id, caller.Transport, caller.KeyThumbprint, Use.SourceOf(context), now) with
        {
            ClientId = caller.ClientId,
            Scope = caller.Scope,
            Audience = caller.Audience,
        };
        var device = new SessionDevice { Address = context.Address(), CreatedAt = now };
        var created = await AddAsync(fresh, session => sessions.TryChangePasswordAsync(change, session, device));
        if (created is SessionCreation.Begun { Ended: var ended })
        {
            ender.TellAll(account.Id, ended, EndReason.PasswordChanged);
            log.PasswordChanged(account.Id);
        }
        return Outcome(created, changed: Problems.AccountChanged);
    }

    /// <summary>Adds it; once again, with another key, when its key was revoked at the same moment.</summary>
    async Task<SessionCreation> AddAsync(Session session, Func<Session, Task<SessionCreation>> store)
    {
        var created = await store(session);
        if (created is not SessionCreation.KeyRevoked) return created;
        await keys.FollowAsync(CancellationToken.None);
        return await store(session with { MacKeyId = keys.Ring.MacKey(session.Rotation.IssuedAt).Id });
    }

    /// <summary>What the caller gets; <paramref name="changed"/> where the account is not any more as it was verified.</summary>
    LoginOutcome Outcome(SessionCreation created, Problem changed)
    {
        switch (created)
        {
            case SessionCreation.Begun { Reading: var reading }:
                SessionLog.Begun(log, reading.Session.Id, reading.Session.AccountId, reading.Session.Transport);
                return new LoginOutcome.Begun(reading);
            case SessionCreation.AccountChanged: return new LoginOutcome.Refused(changed);
            case SessionCreation.NoRoom: return new LoginOutcome.Refused(Problems.TooManySessions);
            case SessionCreation.CallerEnded: return new LoginOutcome.Refused(Problems.SessionRevoked);
            case SessionCreation.KeyRevoked:
                return new LoginOutcome.Refused(new Refusal(Problems.StorageUnavailable, RetryAfter: TimeSpan.FromSeconds(1)));
            default: throw new UnreachableException();
        }
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
}
