using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;

namespace Handstamp.Storage.Tests;

/// <summary>The operations of the stores for tests to which the caller does not matter.</summary>
static class ShortCalls
{
    /// <summary>A login to an account that was not changed.</summary>
    public static async Task<bool> TryCreateAsync(this ISessionStore sessions, Session session, SessionDevice device) =>
        await sessions.TryCreateAsync(session, device, Given.Terms(session.AccountId)) is SessionCreation.Begun;

    public static Task<bool> TryCreateAsync(this IAccountStore accounts, Account account) =>
        accounts.TryCreateAsync(account, Done(EventKind.AccountAdded, account.Id, account.CreatedAt));

    public static Task<bool> TryCreateAllAsync(this IAccountStore accounts, params IReadOnlyList<Account> added) =>
        accounts.TryCreateAllAsync([.. added.Select(one => new NewAccount(one, Done(EventKind.AccountAdded, one.Id, one.CreatedAt)))]);

    public static async Task<bool> TrySetPasswordAsync(this IAccountStore accounts, Guid id, HashedPassword password, DateTimeOffset now) =>
        (await accounts.TrySetPasswordAsync(id, password, Done(EventKind.AccountPasswordChanged, id, now))).Count > 0;

    public static async Task<bool> TryDisableAsync(this IAccountStore accounts, Guid id, DateTimeOffset now) =>
        (await accounts.TryDisableAsync(id, Done(EventKind.AccountDisabled, id, now))).Count > 0;

    public static Task<bool> TryEnableAsync(this IAccountStore accounts, Guid id) =>
        accounts.TryEnableAsync(id, Done(EventKind.AccountEnabled, id, Given.Now));

    public static Task<bool> TrySetClaimsAsync(this IAccountStore accounts, Guid id, AccountClaims from, AccountClaims to) =>
        accounts.TrySetClaimsAsync(id, from, to, Done(EventKind.AccountClaimsChanged, id, Given.Now));

    public static async Task<bool> TryDeleteAsync(this IAccountStore accounts, Guid id, DateTimeOffset now) =>
        (await accounts.TryDeleteAsync(id, Done(EventKind.AccountDeleted, id, now))).Count > 0;

    public static Task<SessionReading?> TryAdvanceAsync(
        this ISessionStore sessions, Guid id, RotationState from, RotationState to, Issue issue) =>
        sessions.TryAdvanceAsync(id, from, to, issue, Given.LateRetry(id, issue.At));

    public static Task<SessionReading?> TryReauthenticateAsync(this ISessionStore sessions, Reauthentication again) =>
        sessions.TryReauthenticateAsync(again, Done(EventKind.SessionReauthenticated, again.AccountId, again.At) with
        {
            SessionId = again.SessionId,
            Detail = again.Methods,
        });

    public static async Task<bool> TryEndAsync(
        this ISessionStore sessions, Guid id, EndReason reason, DateTimeOffset now, RotationState? inState = null) =>
        await sessions.TryEndAsync(id, Given.By.Ends(reason, now), inState) is not null;

    public static async Task<bool> TryEndOwnAsync(
        this ISessionStore sessions, Guid id, Guid accountId, EndReason reason, DateTimeOffset now) =>
        await sessions.TryEndOwnAsync(id, accountId, Given.By.Ends(reason, now)) is not null;

    public static async Task<int> EndAllAsync(this ISessionStore sessions, Guid accountId, EndReason reason, DateTimeOffset now) =>
        (await sessions.EndAllAsync(accountId, Given.By.Ends(reason, now)))?.Count ?? 0;

    public static Task<Renaming> RenameAsync(
        this ISessionStore sessions, Guid id, Guid accountId, string? deviceName, DateTimeOffset now) =>
        sessions.RenameAsync(id, accountId, deviceName, Given.By.Does(EventKind.SessionRenamed, now));

    public static Task<bool> TryWriteAsync(
        this IKeyStore keys, long readVersion, IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete) =>
        keys.TryWriteAsync(readVersion, put, delete, events: []);

    public static Task<bool> RevokeAsync(this IKeyStore keys, string id, DateTimeOffset now) =>
        keys.RevokeAsync(id, Given.By.Does(EventKind.KeyRevoked, now));

    public static Task<bool> TryAddAsync(this IResourceServerStore servers, ResourceServer server) =>
        servers.TryAddAsync(server, Given.By.Does(EventKind.ApiAdded, server.CreatedAt));

    public static Task<bool> RemoveAsync(this IResourceServerStore servers, string name) =>
        servers.RemoveAsync(name, Given.By.Does(EventKind.ApiRemoved, Given.Now));

    static Event Done(EventKind kind, Guid account, DateTimeOffset at) => Given.By.Does(kind, at) with { AccountId = account };

    /// <summary>How many sessions ended for the new one.</summary>
    public static int Ended(this SessionCreation.Begun begun) =>
        begun.Events.Where(done => done.Kind == EventKind.SessionEnded).Sum(done => done.Count);
}
