namespace Handstamp.Proof.Fuzz;

/// <summary>
/// Tries inputs that are made from others. An input joins the corpus when its outcome, or a branch that it takes in the
/// instrumented code, is new. The same seed makes the same changes.
/// </summary>
sealed class Fuzzer(FuzzTarget target, int seed)
{
    const int MostFindings = 20;

    readonly Random _random = new(seed);
    readonly Corpus _corpus = new();
    readonly HashSet<string> _outcomes = [];
    readonly byte[] _seen = Coverage.Nothing();
    readonly Dictionary<string, string> _findings = [];

    public long Inputs { get; private set; }

    public FuzzResult Result => new(
        target.Name, Inputs, _corpus.Count, _seen.Count(place => place != 0), _outcomes.Count, [.. _findings.Values]);

    public async Task RunAsync(int inputs)
    {
        if (Inputs == 0)
            foreach (var valid in target.Seeds) await TryAsync(valid, isSeed: true);
        for (; inputs > 0 && _findings.Count < MostFindings; inputs--) await TryAsync(Next(), isSeed: false);
    }

    byte[] Next()
    {
        var parent = _corpus.Pick(_random);
        return (_random.Next(2) == 0 ? target.Rebuild(parent, _random) : null)
            ?? Mutation.Change(parent, _corpus.Pick(_random), _random);
    }

    async Task TryAsync(byte[] input, bool isSeed)
    {
        Inputs++;
        Coverage.Reset();
        try
        {
            // Check both: an outcome that is not new may have taken a new branch.
            if (_outcomes.Add(await target.TryAsync(input)) | Coverage.AddTo(_seen) | isSeed) Keep(input);
        }
        // Any exception is a finding.
        catch (Exception exception)
        {
            _findings.TryAdd($"{exception.GetType().Name} {exception.Message} {exception.StackTrace?.Split('\n')[0]}",
                $"{target.Name}, seed {seed}: {exception.Message}\n{Convert.ToBase64String(input)}\n{exception.StackTrace}");
        }
    }

    void Keep(byte[] input)
    {
        _corpus.Add(input);
        target.Keep(input);
    }
}
