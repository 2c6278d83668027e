namespace Handstamp.Server.Storage;

/// <summary>The database cannot be used; the message tells the operator why and what to do.</summary>
#pragma warning disable CA1032, CA1064 // Internal, with a message always: the host prints it and exits.
sealed class StorageStartException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Whether it may be available again within moments: the database is starting, or another one is taking over.
    /// </summary>
    public bool MayPass { get; init; }
}
#pragma warning restore CA1032, CA1064
