using Handstamp.Server.Audit;

namespace Handstamp.Server.Keys;

/// <summary>The key ring as rows. The stores see only encrypted keys.</summary>
interface IKeyStore
{
    Task<StoredKeys> ReadAsync(CancellationToken cancel);

    /// <summary>The version of the ring. Cheap enough to read every second.</summary>
    Task<long> ReadVersionAsync(CancellationToken cancel);

    /// <summary>
    /// Adds or replaces keys by id, deletes the named ones, adds their events, and raises the version by one. It does
    /// so only if the version is still <paramref name="readVersion"/>, so two nodes cannot both rotate.
    /// </summary>
    Task<bool> TryWriteAsync(long readVersion, IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete, IReadOnlyList<Event> events);

    /// <summary>
    /// Marks the key as revoked, names it on the revocation feed, adds the event, and raises the version. With a MAC
    /// key, the live sessions whose newest refresh token it made end: from then on, everything that reads a session
    /// checks its key. False if there is no such live key.
    /// </summary>
    Task<bool> RevokeAsync(string id, Event revoked);

    /// <summary>
    /// Deletes the sealing key, adds the event and raises the version, if no password hash is sealed under it, of an account or of a
    /// registration that waits. From then on, none can be stored that names it. False if one is, or if there is no such sealing key.
    /// </summary>
    Task<bool> TryDeleteUnusedAsync(string id, Event deleted);
}

sealed record StoredKeys(long Version, IReadOnlyList<StoredKey> Keys);
