using Handstamp.Server.Audit;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>The revocations, in order. Everything that ends a session writes to it, in the same transaction.</summary>
interface IRevocationLog
{
    /// <summary>
    /// The entries after <paramref name="sequence"/> that are not older than <paramref name="since"/>, oldest first.
    /// </summary>
    Task<IReadOnlyList<Revocation>> ReadAfterAsync(long sequence, DateTimeOffset since, int limit, CancellationToken cancel);

    /// <summary>How far the log goes. Cheap enough to read several times a second.</summary>
    Task<LogHead> ReadHeadAsync(CancellationToken cancel);

    /// <summary>
    /// Begins an epoch at the database's current place, if its epoch is still <paramref name="read"/>: if there are
    /// several nodes, one does it.
    /// </summary>
    /// <param name="read">The epoch of the log; 0 for none.</param>
    /// <param name="epoch">The new one, which is later.</param>
    /// <param name="wentBackAt">When it was found that the database has gone back in time; null if it has not.</param>
    Task<bool> TryBeginEpochAsync(long read, long epoch, DateTimeOffset? wentBackAt);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> entries older than <paramref name="before"/>, but never the newest.
    /// </summary>
    Task<int> SweepAsync(DateTimeOffset before, int limit);
}

/// <summary>The end of the log, at one moment.</summary>
/// <param name="Position">
/// The newest entry. Without an epoch, none has begun yet; without a number, nothing was ever revoked.
/// </param>
/// <param name="Place">Where the log is, as far as the engine can tell.</param>
/// <param name="WentBackAt">When it was last found that the database has gone back in time.</param>
sealed record LogHead(FeedPosition Position, LogPlace Place = LogPlace.Same, DateTimeOffset? WentBackAt = null);

enum LogPlace
{
    /// <summary>The place where its epoch began.</summary>
    Same,

    /// <summary>It was restored, or another server has taken over.</summary>
    Other,

    /// <summary>It is a copy that a backup has made.</summary>
    Backup,
}

/// <summary>One entry: a session with its account, or a key.</summary>
sealed record Revocation
{
    public required long Sequence { get; init; }
    public required DateTimeOffset At { get; init; }
    public required EndReason Reason { get; init; }
    public Guid? SessionId { get; init; }
    public Guid? AccountId { get; init; }

    /// <summary>The subject of the session's access tokens if that is not the id of the account.</summary>
    public string? Subject { get; init; }

    public string? KeyId { get; init; }
}
