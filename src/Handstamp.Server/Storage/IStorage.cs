namespace Handstamp.Server.Storage;

/// <summary>
/// The engine under the stores: opened first, closed last. It also reports its state and copies itself.
/// </summary>
interface IStorage : IAsyncDisposable
{
    /// <summary>
    /// Opens the database and updates its schema under a lock. Throws <see cref="StorageStartException"/> with a
    /// message for the operator if the database is newer than this program, damaged, locked or unreachable.
    /// </summary>
    Task OpenAsync(CancellationToken cancel);

    /// <summary>Whether a write would succeed now. After a failed write, it tries one.</summary>
    Task<bool> IsWritableAsync(CancellationToken cancel);

    /// <summary>Copies the running database to a new file, as of one moment.</summary>
    Task BackupAsync(string file, CancellationToken cancel);
}
