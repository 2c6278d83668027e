namespace Handstamp.Storage.EntityFramework.Rows;

/// <summary>An entry of the revocation feed: a session with its user, or a key.</summary>
sealed class RevocationRow
{
    public long Sequence { get; set; }
    public long At { get; set; }
    public int Reason { get; set; }
    public Guid? SessionId { get; set; }
    public Guid? AccountId { get; set; }
    public string? UserId { get; set; }
    public string? KeyId { get; set; }
}

/// <summary>The epoch of the feed: one row. A transaction that writes to the feed holds it until its end.</summary>
sealed class FeedRow
{
    public const int TheOnly = 1;

    public int Id { get; set; } = TheOnly;
    public long Epoch { get; set; }
    public long? WentBackAt { get; set; }
}
