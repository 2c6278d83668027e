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

    /// <summary>What the server had resident at the end of the load.</summary>
    public double Megabytes { get; init; }
}

/// <summary>One start until the first answer, with data from before.</summary>
sealed record Start(string Contestant, string First, double Milliseconds, double IdleMegabytes)
{
    public const string Answer = "answer";
    public const string Login = "login";
}

sealed record Results(List<Result> Loads, List<Start> Starts)
{
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
}
