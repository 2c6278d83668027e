namespace Handstamp.Server.Storage.Moving;

/// <summary>
/// A database that is moved to, inside one transaction that keeps everybody else out: without
/// <see cref="Commit"/> it stays as it was.
/// </summary>
interface IMoveTarget : IDisposable
{
    /// <summary>For people: which database it is.</summary>
    string Name { get; }

    /// <summary>Whether it has this table, with these columns and no others.</summary>
    bool Has(StoredTable table);

    /// <summary>Keeps everybody else out of the tables; says whether they are empty.</summary>
    bool Take(IReadOnlyList<StoredTable> tables);

    /// <summary>Writes the rows as they are: what would happen at a change does not happen.</summary>
    void Write(StoredTable table, IEnumerable<object?[]> rows);

    /// <summary>The rows that are there, in any order, each in the same array.</summary>
    IEnumerable<object?[]> Read(StoredTable table);

    /// <summary>The revocation feed goes on after this, in the same epoch.</summary>
    void ContinueRevocations(FeedEnd last);

    /// <summary>Keeps everything. If it fails, nobody knows whether it did.</summary>
    void Commit();
}
