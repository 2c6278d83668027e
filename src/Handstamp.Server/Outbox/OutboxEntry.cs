namespace Handstamp.Server.Outbox;

/// <summary>
/// Something to deliver. It is added in the transaction of what it is about, so that neither exists without the other.
/// It contains no secret: one that belongs into a message is made when the message is sent.
/// </summary>
sealed record OutboxEntry
{
    public const int MaxPayload = 4096;
    public const int MaxLane = 320;
    public const int MaxFailure = 200;

    /// <summary>A UUID of version 7: the order in which entries are delivered.</summary>
    public required Guid Id { get; init; }

    /// <summary>The <see cref="IOutboxChannel.Name"/> of the channel that delivers it.</summary>
    public required string Channel { get; init; }

    /// <summary>The receiver; at most <see cref="MaxLane"/> characters. Its entries are delivered one after the other.</summary>
    public required string Lane { get; init; }

    /// <summary>Data for the channel; at most <see cref="MaxPayload"/> bytes.</summary>
    public required byte[] Payload { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An entry as an operator sees it.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Attempts">How often its delivery was tried.</param>
/// <param name="DueAt">When it is tried next; while it is being delivered, when another node would try it.</param>
/// <param name="GivenUpAt">When it was given up; null if it is waiting.</param>
/// <param name="Failure">Why the last attempt has failed; null before that.</param>
sealed record ListedEntry(OutboxEntry Entry, int Attempts, DateTimeOffset DueAt, DateTimeOffset? GivenUpAt, string? Failure);

/// <summary>An entry that this node may deliver now.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Attempt">The number of this attempt, from 1. The lease belongs to the last one.</param>
sealed record LeasedEntry(OutboxEntry Entry, int Attempt);
