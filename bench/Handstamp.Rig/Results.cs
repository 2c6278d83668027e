using Handstamp.Rig.Databases;
using Handstamp.Rig.Runs;

namespace Handstamp.Rig;

/// <summary>The results of one server under one load.</summary>
sealed record Result(string Contestant, string Operation, int Round)
{
    public double PerSecond { get; init; }

    /// <summary>The server's processor time for one operation, and the generator's.</summary>
    public double CpuMilliseconds { get; init; }

    public double GeneratorMilliseconds { get; init; }

    public double P50Milliseconds { get; init; }

    public double P99Milliseconds { get; init; }

    public double WrittenBytes { get; init; }

    /// <summary>Rows that an operation added to the database; null without a database.</summary>
    public double? Rows { get; init; }

    /// <summary>The server's resident memory at the end of the load; with several nodes, the largest.</summary>
    public double Megabytes { get; init; }

    /// <summary>The cost of an operation in the database; null where the server does that work itself.</summary>
    public DatabaseCost? Database { get; init; }

    /// <summary>Including the database's time.</summary>
    public double TotalCpuMilliseconds => CpuMilliseconds + (Database?.CpuMilliseconds ?? 0);
}

/// <param name="CpuMilliseconds">Processor time of all its processes.</param>
/// <param name="WalBytes">Bytes of the write-ahead log.</param>
/// <param name="Transactions">Transactions that wrote.</param>
/// <param name="HotShare">The share of the updates of rows that changed no index; not a number without an update.</param>
sealed record DatabaseCost(double CpuMilliseconds, double WalBytes, double Transactions, double HotShare)
{
    public static DatabaseCost? Of(Meters? before, Meters? after, int operations) =>
        (before, after) is ({ } from, { } to)
            ? new(
                (to.Cpu - from.Cpu).TotalMilliseconds / operations,
                (to.WalBytes - from.WalBytes) / (double)operations,
                (to.Transactions - from.Transactions) / (double)operations,
                (to.HotUpdates - from.HotUpdates) / (double)(to.Updates - from.Updates))
            : null;
}

/// <summary>One start until the first answer, on existing data.</summary>
sealed record Start(string Contestant, string First, double Milliseconds, double IdleMegabytes)
{
    public const string Answer = "answer";
    public const string Login = "login";
}

sealed record Results(List<Result> Loads, List<Start> Starts)
{
    /// <summary>The costs of many sessions on PostgreSQL.</summary>
    public ManySessions? Many { get; set; }

    public required string Measured { get; init; }

    public required string Commit { get; init; }

    public required string Machine { get; init; }

    public required int Rounds { get; init; }

    public required double Seconds { get; init; }

    public required double ExecutableMegabytes { get; init; }
}

/// <summary>The operations, as the command line names them.</summary>
static class Operations
{
    public const string Refresh = "refresh";
    public const string Forged = "forged";
    public const string Login = "login";
    public const string Known = "known";
    public const string New = "new";
    public const string Start = "start";
    public const string Many = "many";

    /// <summary>The operations that are measured on PostgreSQL: the others do not depend on the database.</summary>
    public static IReadOnlyList<string> OnPostgres { get; } = [Refresh, Forged, Many];
}
