namespace Handstamp.Server.Outbox;

/// <summary>Delivers the entries of one kind.</summary>
interface IOutboxChannel
{
    string Name { get; }

    /// <summary>
    /// Delivers the entry. Throws <see cref="DeliveryException"/> if it could not. It may be called again for a delivered
    /// entry if the node stopped before that was recorded.
    /// </summary>
    Task DeliverAsync(OutboxEntry entry, CancellationToken cancel);
}

/// <summary>An entry could not be delivered. The message contains no secret.</summary>
#pragma warning disable CA1032, CA1064 // Internal, with a message always: it is logged.
sealed class DeliveryException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether another attempt would fail, too.</summary>
    public bool IsPermanent { get; init; }
}
#pragma warning restore CA1032, CA1064
