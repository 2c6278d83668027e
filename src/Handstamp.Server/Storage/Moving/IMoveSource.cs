namespace Handstamp.Server.Storage.Moving;

/// <summary>
/// The source database. Nobody else can open it until this is disposed of, so nothing in it changes meanwhile.
/// </summary>
interface IMoveSource : IDisposable
{
    /// <summary>For messages: which database it is.</summary>
    string Name { get; }

    /// <summary>How far a move has come; setting it is durable.</summary>
    MoveState State { get; set; }

    /// <summary>All tables that have to move.</summary>
    IReadOnlyList<StoredTable> Tables { get; }

    /// <summary>The last number that the revocation feed has given.</summary>
    FeedEnd LastRevocation { get; }

    long CountRows(StoredTable table);

    /// <summary>The rows. The same array is used for each.</summary>
    IEnumerable<object?[]> Read(StoredTable table);
}

/// <summary>Stored in the source. No Handstamp serves from a source that is not <see cref="Here"/>.</summary>
enum MoveState
{
    /// <summary>The source is in use.</summary>
    Here,

    /// <summary>Everything is copied and compared, and the target is about to keep it, or has just done so.</summary>
    Leaving,

    /// <summary>The target is in use.</summary>
    Gone,
}

/// <summary>The position of the revocation feed.</summary>
/// <param name="Epoch">0 if there is none.</param>
/// <param name="Number">The last number that was given.</param>
sealed record FeedEnd(long Epoch, long Number);

/// <summary>A table, with its columns in the order in which its rows are read and written.</summary>
sealed record StoredTable(string Name, IReadOnlyList<string> Columns);
