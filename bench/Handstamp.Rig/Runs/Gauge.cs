using Handstamp.Rig.Databases;
using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;

namespace Handstamp.Rig.Runs;

/// <summary>Reads the counters of a server before and after a load, and those of the rig.</summary>
sealed class Gauge(Settings settings, List<Result> results)
{
    const int Bursts = 4;

    /// <summary>
    /// Warms up, with a separate load if necessary, measures, and waits for the remaining answers. The rows are counted
    /// outside the measured time.
    /// </summary>
    public void Measure(
        string contestant, string operation, int round, IReadOnlyList<ServerProcess> servers, Generator generator,
        IDatabase? database = null, Generator? warmUp = null)
    {
        WarmUp(servers[0], warmUp ?? generator);
        var rows = database?.CountRows();

        var before = Reading.Of(servers, database);
        var load = generator.Run(TimeSpan.FromSeconds(settings.Seconds));
        var after = Reading.Of(servers, database);
        var answered = load.Operations + generator.Drain();
        if (load.Operations == 0) throw new InvalidOperationException($"{contestant}: no {operation} was answered.");

        double Each(TimeSpan time) => time.TotalMilliseconds / load.Operations;
        var result = new Result(contestant, operation, round)
        {
            PerSecond = load.Operations / load.Elapsed.TotalSeconds,
            CpuMilliseconds = Each(after.Server - before.Server),
            GeneratorMilliseconds = Each(after.Own - before.Own),
            P50Milliseconds = generator.Percentile(0.5).TotalMilliseconds,
            P99Milliseconds = generator.Percentile(0.99).TotalMilliseconds,
            WrittenBytes = (after.Written - before.Written) / (double)load.Operations,
            Rows = (database?.CountRows() - rows) / (double)answered,
            Megabytes = servers.Max(server => server.ResidentMegabytes),
            Database = DatabaseCost.Of(before.Database, after.Database, load.Operations),
        };
        results.Add(result);
        Console.WriteLine(
            $"{round} {contestant,-14} {operation,-8} {result.PerSecond,9:N0}/s  {result.CpuMilliseconds,7:N4} ms CPU"
            + $"{Text(result.Database)} (+{result.GeneratorMilliseconds:N4})  p50 {result.P50Milliseconds:N2}"
            + $"  p99 {result.P99Milliseconds:N2} ms"
            + $"  {result.WrittenBytes,7:N0} B  {result.Rows,5:N2} rows  {result.Megabytes:N0} MB");
    }

    /// <summary>With pauses: under full load, the just-in-time compiler of a running program gets no time to work.</summary>
    void WarmUp(ServerProcess server, Generator generator)
    {
        for (var burst = 0; burst < Bursts; burst++)
        {
            generator.Run(TimeSpan.FromSeconds(settings.WarmUp / Bursts));
            generator.Drain();
            server.Pause(TimeSpan.FromSeconds(settings.WarmUp / Bursts / 2));
        }
    }

    static string Text(DatabaseCost? cost) => cost is null
        ? ""
        : $" + {cost.CpuMilliseconds:N4} in the database, {cost.WalBytes:N0} B of WAL, {cost.Transactions:N2} transactions,"
            + $" {cost.HotShare:P1} HOT";

    readonly record struct Reading(TimeSpan Server, TimeSpan Own, long Written, Meters? Database)
    {
        public static Reading Of(IReadOnlyList<ServerProcess> servers, IDatabase? database) => new(
            servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + server.Cpu),
            CpuClock.Read(Environment.ProcessId), servers.Sum(server => server.WrittenBytes), database?.Read());
    }
}
