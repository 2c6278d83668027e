namespace Handstamp.Server.Storage.Moving;

/// <summary>
/// Moves all rows from one database to another, or none. At every moment, exactly one of the two can be used: the
/// source is closed permanently before the target has anything.
/// </summary>
sealed class Move(IMoveSource source, IMoveTarget target, IMoveProgress progress, CancellationToken cancel)
{
    readonly IReadOnlyList<StoredTable> _tables = source.Tables;

    /// <summary>
    /// Copies, compares, and lets the target keep the data. If a move was interrupted at its last step, the next one
    /// completes it. Throws <see cref="StorageStartException"/> if the two do not fit.
    /// </summary>
    public IReadOnlyList<MovedTable> Run()
    {
        var isThere = Check();
        var sent = _tables.Select(table => Send(table, isThere)).ToList();
        target.ContinueRevocations(source.LastRevocation);
        var arrived = _tables.Select(Count).ToList();
        if (!arrived.SequenceEqual(sent)) throw Differs(isThere, sent.Except(arrived).First());

        Keep();
        return arrived;
    }

    /// <summary>Whether the rows are already in the target.</summary>
    bool Check()
    {
        if (source.State == MoveState.Gone)
            throw new StorageStartException($"{source.Name} has already been moved. Changes since the move are not in it.");
        if (_tables.FirstOrDefault(table => !target.Has(table)) is { } table)
            throw new StorageStartException(
                $"The table {table.Name} has different columns in {source.Name} and in {target.Name}. Run the command with the "
                + "version of Handstamp that both belong to.");
        if (target.Take(_tables)) return false;
        // The previous move got to its last step, and only the end of that is missing.
        if (source.State == MoveState.Leaving) return true;
        throw new StorageStartException(
            $"{target.Name} is not empty: it contains data of another Handstamp. Choose an empty database.");
    }

    MovedTable Send(StoredTable table, bool isThere)
    {
        progress.Begin(isThere ? MoveStage.Reading : MoveStage.Copying, table.Name, source.CountRows(table));
        var digest = new TableDigest();
        var rows = Watch(source.Read(table), digest);
        if (isThere) Exhaust(rows);
        else target.Write(table, rows);
        return MovedTable.Of(table, digest);
    }

    MovedTable Count(StoredTable table)
    {
        progress.Begin(MoveStage.Comparing, table.Name, source.CountRows(table));
        var digest = new TableDigest();
        Exhaust(Watch(target.Read(table), digest));
        return MovedTable.Of(table, digest);
    }

    IEnumerable<object?[]> Watch(IEnumerable<object?[]> rows, TableDigest digest)
    {
        foreach (var row in rows)
        {
            cancel.ThrowIfCancellationRequested();
            digest.Add(row);
            progress.Advance();
            yield return row;
        }
    }

    void Keep()
    {
        cancel.ThrowIfCancellationRequested();
        // This comes first: once the target can be used, the source must not be.
        source.State = MoveState.Leaving;
        try
        {
            target.Commit();
            source.State = MoveState.Gone;
        }
        catch (Exception fault)
        {
            throw new StorageStartException(
                $"The last step failed, and it is unknown whether {target.Name} kept the data: {fault.Message} "
                + $"{source.Name} still has all data, and stays closed. Run the same command again to find out.", fault);
        }
    }

    StorageStartException Differs(bool isThere, MovedTable table) => isThere
        ? new($"{target.Name} contains different data from {source.Name}. If the data was moved there and the service has used it "
            + "since, the move is complete. Otherwise choose an empty database.")
        : new($"The copy of the table {table.Name} in {target.Name} differs from {source.Name}. The copy was discarded.");

    static void Exhaust(IEnumerable<object?[]> rows)
    {
        foreach (var _ in rows)
        {
        }
    }
}

/// <summary>A table that exists in both databases.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Digest">The result of <see cref="TableDigest"/>.</param>
sealed record MovedTable(string Name, long Rows, string Digest)
{
    public static MovedTable Of(StoredTable table, TableDigest digest) => new(table.Name, digest.Rows, digest.ToString());
}
