namespace Handstamp.Server.Storage;

/// <summary>The engine under the stores: opened before anything else, asked how it is, copied, closed last.</summary>
interface IStorage : IAsyncDisposable
{
    /// <summary>
    /// Opens the database and brings its schema up to date under a lock. Throws <see cref="StorageStartException"/>
    /// with a message for the operator when it is newer than this program, damaged, locked or out of reach.
    /// </summary>
    Task OpenAsync(CancellationToken cancel);

    /// <summary>Whether a write would succeed now. After a failed write it tries one.</summary>
    Task<bool> IsWritableAsync(CancellationToken cancel);

    /// <summary>Copies the running database to a new file, as of one moment.</summary>
    Task BackupAsync(string file, CancellationToken cancel);
}
