using Handstamp.Server.Audit;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>What has been revoked, in order. Written by whatever ends a session, in the same transaction.</summary>
interface IRevocationLog
{
    /// <summary>
    /// The entries after <paramref name="sequence"/> that are not older than <paramref name="since"/>, oldest first.
    /// </summary>
    Task<IReadOnlyList<Revocation>> ReadAfterAsync(long sequence, DateTimeOffset since, int limit, CancellationToken cancel);

    /// <summary>
    /// The newest sequence number; 0 when nothing was ever revoked. Cheap enough to ask several times a second.
    /// </summary>
    Task<long> ReadLastSequenceAsync(CancellationToken cancel);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> entries older than <paramref name="before"/>; never the newest.
    /// </summary>
    Task<int> SweepAsync(DateTimeOffset before, int limit);
}

/// <summary>One entry: a session with its account, or a signing key.</summary>
sealed record Revocation
{
    public required long Sequence { get; init; }
    public required DateTimeOffset At { get; init; }
    public required EndReason Reason { get; init; }
    public Guid? SessionId { get; init; }
    public Guid? AccountId { get; init; }
    public string? KeyId { get; init; }
}
