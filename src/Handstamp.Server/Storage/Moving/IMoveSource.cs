namespace Handstamp.Server.Storage.Moving;

/// <summary>
/// A database that is left. Nobody else can open it before this is disposed of, so nothing in it changes meanwhile.
/// </summary>
interface IMoveSource : IDisposable
{
    /// <summary>For people: which database it is.</summary>
    string Name { get; }

    /// <summary>How far a move has come; setting it is durable.</summary>
    MoveState State { get; set; }

    /// <summary>All that has to move.</summary>
    IReadOnlyList<StoredTable> Tables { get; }

    /// <summary>The last that the revocation feed has given.</summary>
    FeedEnd LastRevocation { get; }

    long CountRows(StoredTable table);

    /// <summary>The rows, each in the same array.</summary>
    IEnumerable<object?[]> Read(StoredTable table);
}

/// <summary>Stands in the source. No Handstamp serves from one that is not <see cref="Here"/>.</summary>
enum MoveState
{
    /// <summary>This is the database.</summary>
    Here,

    /// <summary>All is copied and compared, and the target is about to keep it, or has just done so.</summary>
    Leaving,

    /// <summary>The target is the database.</summary>
    Gone,
}

/// <summary>How far the revocation feed goes.</summary>
/// <param name="Epoch">0 for none.</param>
/// <param name="Number">The last that was given.</param>
sealed record FeedEnd(long Epoch, long Number);

/// <summary>A table, with its columns in the order in which its rows are read and written.</summary>
sealed record StoredTable(string Name, IReadOnlyList<string> Columns);
