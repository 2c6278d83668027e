namespace Handstamp.Rig.Databases;

/// <summary>What a service keeps its rows in, seen from outside.</summary>
interface IDatabase : IDisposable
{
    long CountRows();

    /// <summary>What it has cost so far; null where the service does the database's work itself.</summary>
    Meters? Read();
}

/// <param name="Cpu">The processor time of all its processes.</param>
/// <param name="WalBytes">Bytes of the write-ahead log.</param>
/// <param name="Transactions">Those that have written.</param>
/// <param name="Updates">Of rows.</param>
/// <param name="HotUpdates">Of these, the ones that no index had to follow.</param>
readonly record struct Meters(TimeSpan Cpu, long WalBytes, long Transactions, long Updates, long HotUpdates);
