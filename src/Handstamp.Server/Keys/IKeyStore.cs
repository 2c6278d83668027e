using Handstamp.Server.Audit;

namespace Handstamp.Server.Keys;

/// <summary>The key ring as rows. The stores see sealed keys only.</summary>
interface IKeyStore
{
    Task<StoredKeys> ReadAsync(CancellationToken cancel);

    /// <summary>Cheap enough to ask every second: has the ring changed?</summary>
    Task<long> ReadVersionAsync(CancellationToken cancel);

    /// <summary>
    /// Adds or replaces keys by id and deletes the named ones, adds the events that say so, and raises the version by one, if
    /// the version is still <paramref name="readVersion"/>; so two nodes can't both rotate.
    /// </summary>
    Task<bool> TryWriteAsync(long readVersion, IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete, IReadOnlyList<Event> events);

    /// <summary>
    /// Marks the key as revoked, names it on the revocation feed, adds the event, and raises the version. With a MAC key end the live
    /// sessions whose newest refresh token it made: from then on all that reads a session looks at its key. False when
    /// there is no such live key.
    /// </summary>
    Task<bool> RevokeAsync(string id, Event revoked);
}

sealed record StoredKeys(long Version, IReadOnlyList<StoredKey> Keys);
