namespace Handstamp.Server.Storage.Moving;

/// <summary>
/// The target database, inside one transaction that locks everyone else out: without <see cref="Commit"/> it stays as
/// it was.
/// </summary>
interface IMoveTarget : IDisposable
{
    /// <summary>For messages: which database it is.</summary>
    string Name { get; }

    /// <summary>Whether it has this table, with exactly these columns.</summary>
    bool Has(StoredTable table);

    /// <summary>Locks everyone else out of the tables; returns whether they are empty.</summary>
    bool Take(IReadOnlyList<StoredTable> tables);

    /// <summary>Writes the rows unchanged: triggers do not run.</summary>
    void Write(StoredTable table, IEnumerable<object?[]> rows);

    /// <summary>The existing rows, in any order. The same array is used for each.</summary>
    IEnumerable<object?[]> Read(StoredTable table);

    /// <summary>Sets the revocation feed to continue after this, in the same epoch.</summary>
    void ContinueRevocations(FeedEnd last);

    /// <summary>Keeps everything. If it fails, it is unknown whether the data was kept.</summary>
    void Commit();
}
