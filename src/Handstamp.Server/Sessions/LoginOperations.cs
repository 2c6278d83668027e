using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Outbox;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>
/// How sessions begin: with a grant, or in place of the session that changed the password; and how a live one gets a grant of
/// a reauthentication. What was verified some time ago must still be true in the statement that writes the session.
/// </summary>
sealed class LoginOperations(
    IAccountSessionStore sessions, MailNotices notices, AuditTrail trail, KeyRingService keys, IOptions<SessionOptions> options,
    IOptions<FormerSystemOptions> former, TimeProvider clock)
{
    // More than an account has that logs in often.
    const int MostSeen = 500;

    public const string Password = "pwd"; // RFC 8176 §2

    /// <summary>Begins the session of a completed sign-in.</summary>
    public async Task<LoginOutcome> BeginAsync(Grant grant, Origin by)
    {
        if (grant.SessionId is not null) throw new ArgumentException("This grant is for a session that has begun.", nameof(grant));
        var now = clock.Now();
        var session = NewSession(grant.AccountId, grant.Transport, grant.KeyThumbprint, grant.IsTemporary, by, now) with
        {
            ClientId = grant.ClientId,
            Scope = grant.Scope,
            Audience = grant.Audience,
            AuthenticationMethods = string.Join(' ', grant.AuthenticationMethods),
            AuthenticatedAt = grant.AuthenticatedAt,
        };
        var device = NewDevice(by, now) with { Name = grant.DeviceName };
        device = device with { Notice = await NoticeOfAsync(device, grant.AccountId, by) };
        var terms = new SessionTerms(grant.SecurityStamp, options.Value.MaxPerAccount) { From = FormerTokenOf(grant, session) };
        var created = await AddAsync(session, session => sessions.TryCreateAsync(session, device, terms));
        return Outcome(created, changed: Problems.InvalidCredentials, EventKind.LoginRefused, grant.AccountId, by);
    }

    /// <summary>
    /// It is remembered for the whole life of the session, and until it is not taken any more: it must begin no second one.
    /// </summary>
    FormerToken? FormerTokenOf(Grant grant, Session session) => grant.FormerToken is not { } hash ? null
        : new(hash, former.Value.End is { } end && end > session.ExpiresAt ? end : session.ExpiresAt);

    /// <summary>
    /// Writes a completed reauthentication into its session. The refresh token stays as it is: no other tab and no retry is
    /// disturbed, and the caller has only shown an access token.
    /// </summary>
    public async Task<LoginOutcome> ReauthenticateAsync(Grant grant, Origin by)
    {
        var sessionId = grant.SessionId ?? throw new ArgumentException("This grant begins a session.", nameof(grant));
        var methods = string.Join(' ', grant.AuthenticationMethods);
        var now = clock.Now();
        var done = by.Does(EventKind.SessionReauthenticated, now) with { AccountId = grant.AccountId, SessionId = sessionId, Detail = methods };
        var again = new Reauthentication(sessionId, grant.AccountId, grant.SecurityStamp, methods, grant.AuthenticatedAt);
        if (await sessions.TryReauthenticateAsync(again, done) is { } reading)
        {
            trail.Record(done);
            return new LoginOutcome.Begun(reading);
        }
        trail.Refuse(by.Does(EventKind.LoginRefused, now) with { AccountId = grant.AccountId, Outcome = Problems.AccountChanged.Code });
        return new LoginOutcome.Refused(Problems.AccountChanged);
    }

    /// <summary>
    /// Writes the new, accepted password of an account, and begins the session that replaces the caller's: for the same
    /// device, with the same transport and key.
    /// </summary>
    public async Task<LoginOutcome> ChangePasswordAsync(Account account, HashedPassword password, Session caller, Origin by)
    {
        var now = clock.Now();
        var change = new PasswordChange(
            account.Id, account.SecurityStamp, password, caller.Id, await notices.OfAsync(MailKind.PasswordChanged, account.Id, by, now));
        var fresh = NewSession(account.Id, caller.Transport, caller.KeyThumbprint, caller.IsTemporary, by, now) with
        {
            ClientId = caller.ClientId,
            Scope = caller.Scope,
            Audience = caller.Audience,
            // The password alone is not what a login may need.
            AuthenticationMethods = caller.AuthenticationMethods,
            AuthenticatedAt = caller.AuthenticatedAt,
        };
        var created = await AddAsync(fresh, session => sessions.TryChangePasswordAsync(change, session, NewDevice(by, now)));
        return Outcome(created, changed: Problems.AccountChanged, EventKind.PasswordRefused, account.Id, by);
    }

    /// <summary>The mail to the owner if the account has not had such a device before.</summary>
    async Task<OutboxEntry?> NoticeOfAsync(SessionDevice device, Guid accountId, Origin by)
    {
        if (!notices.IsOn) return null;
        var seen = await sessions.ListSeenAsync(accountId, MostSeen, CancellationToken.None);
        return DeviceFamily.IsNew(new SeenDevice(device.UserAgent, device.Address), seen)
            ? await notices.OfSessionAsync(MailKind.NewDevice, accountId, by, device.CreatedAt)
            : null;
    }

    /// <summary>Adds the session. If its key was revoked at the same moment, it tries again with another key.</summary>
    async Task<SessionCreation> AddAsync(Session session, Func<Session, Task<SessionCreation>> store)
    {
        var created = await store(session);
        if (created is not SessionCreation.KeyRevoked) return created;
        await keys.FollowAsync(CancellationToken.None);
        return await store(session with { MacKeyId = keys.Ring.MacKey(session.Rotation.IssuedAt).Id });
    }

    /// <summary>
    /// The caller's result, and the record for the audit trail; <paramref name="changed"/> if the account is no longer
    /// as it was verified.
    /// </summary>
    LoginOutcome Outcome(SessionCreation created, Problem changed, EventKind refused, Guid accountId, Origin by)
    {
        if (created is SessionCreation.Begun { Reading: var reading, Events: var events })
        {
            trail.Record(events);
            return new LoginOutcome.Begun(reading);
        }
        if (created is SessionCreation.AlreadyMoved) return new LoginOutcome.AlreadyMoved();
        var refusal = created switch
        {
            SessionCreation.AccountChanged => new Refusal(changed),
            SessionCreation.NoRoom => new Refusal(Problems.TooManySessions),
            SessionCreation.CallerEnded => new Refusal(Problems.SessionRevoked),
            SessionCreation.KeyRevoked => new Refusal(Problems.StorageUnavailable, RetryAfter: TimeSpan.FromSeconds(1)),
            _ => throw new UnreachableException(),
        };
        trail.Refuse(by.Does(refused, clock.Now()) with { AccountId = accountId, Outcome = refusal.Problem.Code });
        return new LoginOutcome.Refused(refusal);
    }

    Session NewSession(
        Guid accountId, SessionTransport transport, string? keyThumbprint, bool isTemporary, Origin by, DateTimeOffset now)
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
            IsTemporary = isTemporary,
            IdleExpiresAt = now + life.IdleLifetimeOf(isTemporary),
            ExpiresAt = now + life.AbsoluteLifetime,
            SuspectedSharing = new SuspectedSharing(Use.SourceOf(by), null, now),
        };
    }

    static SessionDevice NewDevice(Origin by, DateTimeOffset now) => new()
    {
        UserAgent = by.UserAgent?.Shortened(Origin.MaxUserAgent),
        Address = by.Address,
        CreatedAt = now,
    };
}
