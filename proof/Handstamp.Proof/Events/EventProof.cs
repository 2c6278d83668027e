using System.CommandLine;
using Handstamp.Proof.Faults;
using Handstamp.Proof.Long;

namespace Handstamp.Proof.Events;

/// <summary>How many events a second each engine takes.</summary>
static class EventProof
{
    // A login is a hash of 25 ms, and may cost 5 % more.
    static readonly TimeSpan LoginBudget = TimeSpan.FromMilliseconds(25) * 0.05;

    public static Command Command()
    {
        var (sessions, callers) = (Bound.Of("--sessions", 20_000), Bound.Of("--callers", 16));
        var command = new Command("events", "How many audit events a second each engine takes.") { sessions, callers };
        command.SetAction((given, _) => RunAsync(given.GetValue(sessions), given.GetValue(callers)));
        return command;
    }

    static async Task<int> RunAsync(int sessions, int callers)
    {
        List<EventResult> results = [];
        foreach (var engine in Enum.GetValues<Engine>()) results.Add(await new EventRun(sessions, callers, engine).RunAsync());
        return new Report("events", "What the audit trail costs")
            .Say($"{callers} callers start {sessions:N0} sessions, rotate each once, and end them, in a process without its web part. Then rows " +
                "of refusals are counted, a thousand at once. Each start and each end writes its event in its own transaction; a rotation " +
                "writes none. CPU is that of the process, without PostgreSQL's CPU.")
            .Table(
                ["engine", "started per second", "CPU of each", "ended per second", "CPU of each", "rotations per second", "CPU of each", "refusals counted per second", "CPU of each"],
                results.Select(result => (object[])
                [
                    result.Run.Engine, .. Cells(result.Begun), .. Cells(result.Ended), .. Cells(result.Rotated), .. Cells(result.Counted),
                ]))
            .Say($"Budget: {LoginBudget.TotalMilliseconds} ms of CPU for everything that a login does except its hash of 25 ms.")
            .Save(results.All(result => result.Begun.Cpu < LoginBudget), $"events --sessions {sessions} --callers {callers}");
    }

    static object[] Cells(Rate rate) => [$"{rate.PerSecond:N0}", $"{rate.Cpu.TotalMicroseconds:N0} µs"];
}
