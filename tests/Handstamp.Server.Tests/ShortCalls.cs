using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Server.Tests;

/// <summary>Operations for tests to which it does not matter who does them.</summary>
static class ShortCalls
{
    static readonly Origin By = Origin.System;

    public static Task<bool> EndAsync(this SessionEnder ender, Guid sessionId, EndReason reason, DateTimeOffset now) =>
        ender.EndAsync(sessionId, By.Ends(reason, now));

    public static Task<int> EndAllAsync(this SessionEnder ender, Guid accountId, EndReason reason, DateTimeOffset now) =>
        ender.EndAllAsync(accountId, By.Ends(reason, now));

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
