namespace Handstamp.Proof.Fuzz;

/// <summary>The codecs, fuzzed in an instrumented copy.</summary>
sealed class Codecs
{
    static readonly IReadOnlyList<(Func<FuzzTarget> Make, int Share)> Targets =
    [
        (() => new AccessTokenTarget(), 4), (() => new SecurityEventTarget(), 2), (() => new RefreshTokenTarget(), 6), (() => new KeySetTarget(), 2),
        (() => new DpopProofTarget(), 2),
    ];

    readonly IReadOnlyList<(Fuzzer Fuzzer, int Share)> _fuzzers;

    /// <summary>Called in the instrumented copy.</summary>
    public Codecs(int seed)
    {
        Coverage.Start();
        _fuzzers = [.. Targets.Select(target => (new Fuzzer(target.Make(), seed), target.Share))];
    }

    /// <summary>Tries the given number of inputs, divided among the codecs.</summary>
    public void Run(int inputs)
    {
        foreach (var (fuzzer, share) in _fuzzers)
            fuzzer.RunAsync(inputs * share / Targets.Sum(target => target.Share)).GetAwaiter().GetResult();
    }

    public IReadOnlyList<object[]> Results => [.. _fuzzers.Select(run => run.Fuzzer.Result.ToRow())];

    /// <summary>An instance whose codecs count their branches.</summary>
    public static InstrumentedCodecs Start(int seed) => new(Activator.CreateInstance(Instrumented.Copy(typeof(Codecs)), seed)!);
}

/// <summary>Calls <see cref="Codecs"/> in the other copy, whose types differ from the types of this one.</summary>
sealed class InstrumentedCodecs(object codecs)
{
    readonly Action<int> _run = codecs.GetType().GetMethod(nameof(Codecs.Run))!.CreateDelegate<Action<int>>(codecs);

    public void Run(int inputs) => _run(inputs);

    public IReadOnlyList<FuzzResult> Results =>
        [.. ((IReadOnlyList<object[]>)codecs.GetType().GetProperty(nameof(Codecs.Results))!.GetValue(codecs)!).Select(FuzzResult.OfRow)];
}
