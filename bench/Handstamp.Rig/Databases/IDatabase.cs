namespace Handstamp.Rig.Databases;

/// <summary>The database of a service, seen from outside.</summary>
interface IDatabase : IDisposable
{
    long CountRows();

    /// <summary>The cost so far; null where the service does the database's work itself.</summary>
    Meters? Read();
}

/// <param name="Cpu">The processor time of all its processes.</param>
/// <param name="WalBytes">Bytes of the write-ahead log.</param>
/// <param name="Transactions">Transactions that wrote.</param>
/// <param name="Updates">Updates of rows.</param>
/// <param name="HotUpdates">Of these updates, those that changed no index.</param>
readonly record struct Meters(TimeSpan Cpu, long WalBytes, long Transactions, long Updates, long HotUpdates);
