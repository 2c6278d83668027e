namespace Handstamp.Server.Http;

/// <summary>
/// The database could not do the operation: it is full, locked, damaged or unavailable. No part of the operation was
/// kept. Every route answers with 503 <c>storage_unavailable</c>.
/// </summary>
#pragma warning disable CA1032, CA1064 // One constructor, and internal: the stores throw it, the edge catches it.
sealed class StorageUnavailableException(string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Whether the same operation may succeed later, without a change by the operator.</summary>
    public bool MayPass { get; init; } = true;
}
#pragma warning restore CA1032, CA1064
