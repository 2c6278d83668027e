using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;

namespace Handstamp.Rig.Runs;

/// <summary>Reads a server's meters before and after a load, and its own.</summary>
sealed class Gauge(Settings settings, List<Result> results)
{
    const int Bursts = 4;

    /// <summary>
    /// Warms up, if need be with a load of its own, measures, and waits for the rest. The rows are counted outside of
    /// the time.
    /// </summary>
    public void Measure(
        string contestant, string operation, int round, ServerProcess server, Generator generator,
        Func<long>? countRows = null, Generator? warmUp = null)
    {
        WarmUp(server, warmUp ?? generator);
        var rows = countRows?.Invoke();

        var before = Reading.Of(server);
        var load = generator.Run(TimeSpan.FromSeconds(settings.Seconds));
        var after = Reading.Of(server);
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
            Rows = (countRows?.Invoke() - rows) / (double)answered,
            Megabytes = server.ResidentMegabytes,
        };
        results.Add(result);
        Console.WriteLine(
            $"{round} {contestant,-14} {operation,-8} {result.PerSecond,9:N0}/s  {result.CpuMilliseconds,7:N4} ms CPU"
            + $" (+{result.GeneratorMilliseconds:N4})  p50 {result.P50Milliseconds:N2}"
            + $"  p99 {result.P99Milliseconds:N2} ms"
            + $"  {result.WrittenBytes,7:N0} B  {result.Rows,5:N2} rows  {result.Megabytes:N0} MB");
    }

    /// <summary>With pauses: under full load the compiler of a running program does not get to its work.</summary>
    void WarmUp(ServerProcess server, Generator generator)
    {
        for (var burst = 0; burst < Bursts; burst++)
        {
            generator.Run(TimeSpan.FromSeconds(settings.WarmUp / Bursts));
            generator.Drain();
            server.Pause(TimeSpan.FromSeconds(settings.WarmUp / Bursts / 2));
        }
    }

    readonly record struct Reading(TimeSpan Server, TimeSpan Own, long Written)
    {
        public static Reading Of(ServerProcess server) =>
            new(server.Cpu, CpuClock.Read(Environment.ProcessId), server.WrittenBytes);
    }
}
