using BenchmarkDotNet.Attributes;
using Handstamp.Server.Sessions;

namespace Handstamp.Benchmarks;

/// <summary>What does the decision about a refresh cost, for each kind of presented token?</summary>
public class DecideRotation
{
    static readonly RotationState Row = new(Seen: 4, First: 5, Last: 6, Sample.Now, SeenBefore: 3);
    static readonly RotationOptions Options = new(TimeSpan.FromSeconds(30), LateRetryLimit: int.MaxValue);

    [Benchmark]
    public bool Rotate() => Decide(5) == RotationVerdict.Rotate;

    [Benchmark]
    public bool Replay() => Decide(4) == RotationVerdict.Replay;

    [Benchmark]
    public bool Superseded() => Decide(3) == RotationVerdict.Superseded;

    static RotationVerdict Decide(int presented) =>
        RotationRules.Decide(Row, presented, Sample.Now.AddSeconds(1), Options).Verdict;
}
