using System.Diagnostics;
using System.Security.Claims;
using Handstamp.Identity.Tokens;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Storage.EntityFramework.Users;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Sessions;

/// <summary>
/// What the app does to the sessions of its users: begin, refresh, list, rename, end. Nothing here asks whether the caller may. After an
/// end, this process refuses the session's access tokens at once.
/// </summary>
sealed class IdentitySessions<TUser>(
    UserManager<TUser> users, ISessionStore store, SessionRotation rotation, RefreshTokenReader reader, SessionOperations operations,
    TokenIssuer issuer, KeyRingService keys, EndedSessions ended, AuditTrail trail, IOptions<SessionOptions> options, TimeProvider clock)
    where TUser : class
{
    /// <summary>Begins a session of a user who was verified.</summary>
    public async Task<LoginOutcome> BeginAsync(TUser user, SessionRequest request, Origin by)
    {
        var now = clock.Now();
        var userId = await users.GetUserIdAsync(user);
        var stamp = request.SecurityStamp ?? (users.SupportsUserSecurityStamp ? await users.GetSecurityStampAsync(user) : "");
        var session = NewSession(userId, request, by, now);
        var device = new SessionDevice
        {
            Name = request.DeviceName,
            UserAgent = by.UserAgent?.Shortened(Origin.MaxUserAgent),
            Address = by.Address,
            CreatedAt = now,
        };
        var terms = new SessionTerms(stamp, options.Value.MaxPerAccount);
        var created = await store.TryCreateAsync(session, device, terms);
        if (created is SessionCreation.KeyRevoked)
        {
            await keys.FollowAsync(CancellationToken.None);
            created = await store.TryCreateAsync(session with { MacKeyId = keys.Ring.MacKey(now).Id }, device, terms);
        }
        return await OutcomeAsync(created, session.AccountId, by, now);
    }

    /// <summary>The tokens of the session in its state.</summary>
    public IssuedTokens Issue(SessionReading reading) => issuer.Issue(reading, resource: null, clock.Now());

    /// <summary>Refreshes by the rule. A caller that is <paramref name="gone"/> ends nothing.</summary>
    public async Task<RefreshOutcome> RefreshAsync(string refreshToken, Origin by, CancellationToken gone)
    {
        if (!RefreshToken.TryParse(refreshToken, out var shown)) return new RefreshOutcome.Refused(Problems.RefreshTokenInvalid);
        if (await reader.ReadAsync([refreshToken]) is not { } tokens)
            return new RefreshOutcome.Refused(UnknownKeys.NotNow.Problem, UnknownKeys.NotNow.RetryAfter);
        var outcome = await rotation.RefreshAsync(
            new PresentedTokens(SessionTransport.Body, tokens), keyThumbprint: null, by, clock.Now(), gone);
        if (tokens.Count == 0 || outcome is not RefreshOutcome.Refused { Problem: var problem }) return outcome;
        if (problem == Problems.SessionRevoked || problem == Problems.AccountDisabled) await EndOutdatedAsync(shown.SessionId, by);
        await ended.CatchUpAsync(CancellationToken.None);
        return outcome;
    }

    /// <summary>
    /// Ends the session of a presented refresh token, also of an old one; false if it is none, or nothing was alive. Throws
    /// <see cref="StorageUnavailableException"/> if the keys that tell could not be read.
    /// </summary>
    public async Task<bool> EndAsync(string refreshToken, Origin by)
    {
        var tokens = await reader.ReadAsync([refreshToken])
            ?? throw new StorageUnavailableException("The key of a refresh token is unknown, and the ring could not be read.");
        return tokens is [var token] && await NoticedAsync(operations.EndAsync(token.SessionId, by.Ends(EndReason.Logout, clock.Now())));
    }

    /// <summary>Ends the session of the caller's access token, if the caller has one and the session is the caller's own.</summary>
    public async Task<bool> EndAsync(ClaimsPrincipal caller, Origin by) =>
        caller.SessionId() is { } session
        && caller.OfToken()!.FindFirst(users.Options.ClaimsIdentity.UserIdClaimType) is { Value: var userId }
        && await NoticedAsync(operations.EndOwnAsync(session, UserIds.ToAccountId(userId), by.Ends(EndReason.Logout, clock.Now())));

    /// <summary>Ends a session in the user's device list.</summary>
    public async Task<bool> EndOwnAsync(TUser user, Guid sessionId, Origin by) => await NoticedAsync(operations.EndOwnAsync(
        sessionId, await AccountIdAsync(user), by.Ends(EndReason.EndedByUser, clock.Now())));

    /// <summary>Ends all sessions of the user; returns how many were alive.</summary>
    public async Task<int> EndAllAsync(TUser user, Origin by) => await NoticedAsync(operations.EndAllAsync(
        await AccountIdAsync(user), by.Ends(EndReason.LogoutEverywhere, clock.Now())));

    /// <summary>The live sessions of the user, newest first.</summary>
    public async Task<IReadOnlyList<ListedSession>> ListAsync(TUser user, CancellationToken cancel) =>
        await operations.ListAsync(await AccountIdAsync(user), SessionOperations.MaxDevices, cancel);

    /// <summary>Gives a session in the user's device list a name, or takes it away; the refusal if that is not possible.</summary>
    public async Task<Refusal?> RenameAsync(TUser user, Guid? sessionId, string? name, Origin by) =>
        await operations.RenameAsync(sessionId, await AccountIdAsync(user), name, by);

    async Task<Guid> AccountIdAsync(TUser user) => UserIds.ToAccountId(await users.GetUserIdAsync(user));

    /// <summary>
    /// A change that no change tracker has seen, such as SQL of an operator, has ended the session. Its end is written now, so that it is
    /// on the feed.
    /// </summary>
    async Task EndOutdatedAsync(Guid sessionId, Origin by)
    {
        EndReason? reason = await store.FindAsync(sessionId, CancellationToken.None) switch
        {
            { End.Reason: EndReason.CredentialsChanged } => EndReason.CredentialsChanged,
            { End: null, Account: AccountState.Deleted } => EndReason.AccountDeleted,
            { End: null, Account: AccountState.Disabled } => EndReason.AccountDisabled,
            _ => null,
        };
        if (reason is { } why) await operations.EndAsync(sessionId, by.BySystem().Ends(why, clock.Now()));
    }

    async Task<T> NoticedAsync<T>(Task<T> end)
    {
        var result = await end;
        await ended.CatchUpAsync(CancellationToken.None);
        return result;
    }

    async Task<LoginOutcome> OutcomeAsync(SessionCreation created, Guid accountId, Origin by, DateTimeOffset now)
    {
        if (created is SessionCreation.Begun { Reading: var reading, Events: var events })
        {
            trail.Record(events);
            if (events.Count > 1) await ended.CatchUpAsync(CancellationToken.None);
            return new LoginOutcome.Begun(reading);
        }
        var refusal = created switch
        {
            SessionCreation.AccountChanged => new Refusal(Problems.InvalidCredentials),
            SessionCreation.NoRoom => new Refusal(Problems.TooManySessions),
            SessionCreation.KeyRevoked => new Refusal(Problems.StorageUnavailable, RetryAfter: TimeSpan.FromSeconds(1)),
            _ => throw new UnreachableException(),
        };
        trail.Refuse(by.Does(EventKind.LoginRefused, now) with { AccountId = accountId, Outcome = refusal.Problem.Code });
        return new LoginOutcome.Refused(refusal);
    }

    Session NewSession(string userId, SessionRequest request, Origin by, DateTimeOffset now)
    {
        var accountId = UserIds.ToAccountId(userId);
        return new Session
        {
            Id = Guid.CreateVersion7(now),
            AccountId = accountId,
            Subject = UserIds.ToSubject(userId, accountId),
            Rotation = RotationState.AtLogin(now),
            MacKeyId = keys.Ring.MacKey(now).Id,
            Transport = request.Transport,
            AuthenticationMethods = string.Join(' ', request.Methods),
            AuthenticatedAt = now,
            IdleExpiresAt = now + options.Value.IdleLifetime,
            ExpiresAt = now + options.Value.AbsoluteLifetime,
            SuspectedSharing = new SuspectedSharing(Use.SourceOf(by), null, now),
        };
    }
}
