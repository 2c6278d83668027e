using Handstamp.Rig.Runs;

namespace Handstamp.Rig.Capacity;

/// <summary>What the given number of sessions needs, if each session is refreshed every ten minutes.</summary>
sealed class CapacityEstimate(ManySessions measured)
{
    public const double ProcessorsOfNode = 4;
    public const double Busy = 0.5;
    public const double Transactions = 1.5e9;

    static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    public static double PerSecond(double sessions) => sessions / Interval.TotalSeconds;

    public double NodeProcessors(double sessions) => Processors(sessions, measured.NodeMilliseconds);

    /// <summary>One node more than the load needs.</summary>
    public double Nodes(double sessions) => Math.Ceiling(NodeProcessors(sessions) / ProcessorsOfNode) + 1;

    public double PostgresProcessors(double sessions) => Processors(sessions, measured.PostgresMilliseconds);

    /// <summary>Bytes of the log per second, with a checkpoint at this interval.</summary>
    public double WalPerSecond(double sessions, TimeSpan checkpoint) => PerSecond(sessions) * WalOfRefresh(checkpoint);

    /// <summary>Including the refresh's share of the pages that are written whole.</summary>
    public double WalOfRefresh(TimeSpan checkpoint) => measured.WalBytes + (ImagesOfRefresh(checkpoint) * measured.ImageBytes);

    public double SessionBytes(double sessions) => sessions * measured.BytesWhenUsed;

    public double AccountBytes(double accounts) => accounts * measured.AccountBytes;

    /// <summary>The time in which the transactions are used up that may pass before every row must be frozen.</summary>
    public static TimeSpan UntilFrozen(double sessions) => TimeSpan.FromSeconds(Transactions / PerSecond(sessions));

    /// <summary>Bytes per second that the vacuum must read to finish all sessions in that time.</summary>
    public double VacuumPerSecond(double sessions) => SessionBytes(sessions) / UntilFrozen(sessions).TotalSeconds;

    /// <summary>The largest number of sessions for which a figure that grows with them stays within its limit.</summary>
    public static double SessionsUntil(double limit, Func<double, double> figure)
    {
        var (enough, much) = (0.0, 1e12);
        while (much - enough > 1000)
        {
            var middle = (enough + much) / 2;
            if (figure(middle) <= limit) enough = middle;
            else much = middle;
        }

        return enough;
    }

    static double Processors(double sessions, double milliseconds) => PerSecond(sessions) * milliseconds / 1000 / Busy;

    // The share of the pages that the refreshes between two checkpoints touch, and so write whole once, divided by the
    // number of those refreshes. The order of the refreshes has nothing to do with the place of the sessions.
    double ImagesOfRefresh(TimeSpan checkpoint)
    {
        var refreshesOfEach = checkpoint / Interval;
        var touched = 1 - Math.Pow(1 - Math.Min(refreshesOfEach, 1), measured.RowsPerPage);
        return touched / (measured.RowsPerPage * refreshesOfEach);
    }
}
