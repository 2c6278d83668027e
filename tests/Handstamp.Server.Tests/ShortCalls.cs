using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Tokens;

namespace Handstamp.Server.Tests;

/// <summary>Operations for tests to which the caller does not matter.</summary>
static class ShortCalls
{
    static readonly Origin By = Origin.System;

    public static Task<bool> TryCreateAsync(this IAccountStore accounts, Account account) =>
        accounts.TryCreateAsync(account, By.Does(EventKind.AccountAdded, account.CreatedAt));

    public static Task<AccountOutcome> AddAsync(
        this AccountOperations accounts, string email, string password, IReadOnlyList<string> roles, CancellationToken cancel) =>
        accounts.AddAsync(email, password, roles, isVerified: false, By, cancel);

    public static Task<AccountOutcome> SetPasswordAsync(
        this AccountOperations accounts, Account account, string password, IPAddress site, CancellationToken cancel) =>
        accounts.SetPasswordAsync(account, password, site, By, cancel);

    public static Task<AccountOutcome> DisableAsync(this AccountOperations accounts, Account account) => accounts.DisableAsync(account, By);

    public static Task<AccountOutcome> EnableAsync(this AccountOperations accounts, Account account) => accounts.EnableAsync(account, By);

    public static Task<AccountOutcome> DeleteAsync(this AccountOperations accounts, Account account) => accounts.DeleteAsync(account, By);

    public static Task<AccountOutcome> SetRolesAsync(this AccountOperations accounts, Account account, IReadOnlyList<string> roles) =>
        accounts.SetRolesAsync(account, roles, By);

    public static Task<AccountOutcome> SetClaimsAsync(this AccountOperations accounts, Account account, IReadOnlyList<AccountClaim> claims) =>
        accounts.SetClaimsAsync(account, claims, By);

    public static async Task<bool> TryEndAsync(this ISessionStore sessions, Guid id, EndReason reason, DateTimeOffset now) =>
        await sessions.TryEndAsync(id, By.Ends(reason, now)) is not null;

    /// <summary>As after a revocation.</summary>
    public static void Wake(this RevocationFeed feed) => feed.OnRecorded(By.Does(EventKind.KeyRevoked, DateTimeOffset.UnixEpoch));

    public static Task<RefreshOutcome> RefreshAsync(
        this SessionRotation rotation, AuthenticToken token, SessionTransport transport, string? keyThumbprint, int source, DateTimeOffset now,
        CancellationToken gone) => rotation.RefreshAsync(token, transport, keyThumbprint, From(source), now, gone);

    /// <summary>One of several sources from which a session is used.</summary>
    static Origin From(int source) => By with { UserAgent = $"agent {source}" };

    public static Task<bool> EndAsync(this SessionOperations sessions, Guid sessionId, EndReason reason, DateTimeOffset now) =>
        sessions.EndAsync(sessionId, By.Ends(reason, now));

    public static Task<int> EndAllAsync(this SessionOperations sessions, Guid accountId, EndReason reason, DateTimeOffset now) =>
        sessions.EndAllAsync(accountId, By.Ends(reason, now));

    public static Task<bool> RotateAsync(this KeyRingService ring, KeyPurpose purpose, DateTimeOffset start, CancellationToken cancel) =>
        ring.RotateAsync(purpose, start, By, cancel);

    public static Task<bool> RevokeAsync(this KeyRingService ring, string id, CancellationToken cancel) => ring.RevokeAsync(id, By, cancel);

    public static Task<MasterKey> RunAsync(this MasterKeyChange change, MasterKey? given, CancellationToken cancel) =>
        change.RunAsync(given, By, cancel);

    public static Task<bool> TryWriteAsync(
        this IKeyStore keys, long readVersion, IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete) =>
        keys.TryWriteAsync(readVersion, put, delete, events: []);

    public static Task<bool> RevokeAsync(this IKeyStore keys, string id, DateTimeOffset now) =>
        keys.RevokeAsync(id, By.Does(EventKind.KeyRevoked, now));

    public static Task<bool> TryAddAsync(this IResourceServerStore servers, ResourceServer server) =>
        servers.TryAddAsync(server, By.Does(EventKind.ApiAdded, server.CreatedAt));

    public static Task<bool> RemoveAsync(this IResourceServerStore servers, string name) =>
        servers.RemoveAsync(name, By.Does(EventKind.ApiRemoved, DateTimeOffset.UnixEpoch));
}
