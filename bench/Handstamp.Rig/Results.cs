using Handstamp.Rig.Databases;
using Handstamp.Rig.Runs;

namespace Handstamp.Rig;

/// <summary>What is measured of one server under one load.</summary>
sealed record Result(string Contestant, string Operation, int Round)
{
    public double PerSecond { get; init; }

    /// <summary>The server's processor time for one operation, and the generator's.</summary>
    public double CpuMilliseconds { get; init; }

    public double GeneratorMilliseconds { get; init; }

    public double P50Milliseconds { get; init; }

    public double P99Milliseconds { get; init; }

    public double WrittenBytes { get; init; }

    /// <summary>Rows that an operation added to the database; null where there is none.</summary>
    public double? Rows { get; init; }

    /// <summary>What the server had resident at the end of the load; of several, the largest.</summary>
    public double Megabytes { get; init; }

    /// <summary>What an operation cost the database; null where the server does its work itself.</summary>
    public DatabaseCost? Database { get; init; }

    /// <summary>With the database's.</summary>
    public double TotalCpuMilliseconds => CpuMilliseconds + (Database?.CpuMilliseconds ?? 0);
}

/// <param name="CpuMilliseconds">Processor time of all its processes.</param>
/// <param name="WalBytes">Bytes of the write-ahead log.</param>
/// <param name="Transactions">Those that wrote.</param>
/// <param name="HotShare">Of the updates of rows, those that no index had to follow; not a number without one.</param>
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

/// <summary>One start until the first answer, with data from before.</summary>
sealed record Start(string Contestant, string First, double Milliseconds, double IdleMegabytes)
{
    public const string Answer = "answer";
    public const string Login = "login";
}

sealed record Results(List<Result> Loads, List<Start> Starts)
{
    /// <summary>Of many sessions on PostgreSQL.</summary>
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

    /// <summary>What is measured on PostgreSQL: the rest does not depend on the database.</summary>
    public static IReadOnlyList<string> OnPostgres { get; } = [Refresh, Forged, Many];
}
