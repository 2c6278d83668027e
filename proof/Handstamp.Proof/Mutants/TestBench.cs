using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// The built tests with the mutated assembly: runs the classes that reach a mutant, the likeliest killers first.
/// </summary>
sealed class TestBench
{
    const double Batch = 6;

    readonly TestProcess _process;
    readonly IReadOnlyList<TestClass> _classes;
    readonly Func<Mutant, bool> _isJudged;
    readonly bool _all;
    readonly Killers _killers = new();

    TestBench(TestProcess process, IReadOnlyList<TestClass> classes, Func<Mutant, bool> isJudged, bool all) =>
        (_process, _classes, _isJudged, _all) = (process, classes, isJudged, all);

    /// <param name="area">The area whose tests run.</param>
    /// <param name="project">The project that they test.</param>
    /// <param name="judgements">The mutants that are known to survive: only the nearest classes run for them.</param>
    /// <param name="all">Whether tests of other parts of the project run, too.</param>
    public static async Task<TestBench> OfAsync(Area area, MutatedProject project, Judgements judgements, bool all)
    {
        var tests = area.Tests;
        var folder = Repository.PathOf($"artifacts/mutants/{project.Name}/tests");
        await ReadyCopy.MakeAsync(Repository.PathOf($"artifacts/bin/{tests}/release"), project.Assembly, folder);
        var process = new TestProcess(folder, tests);
        var mutated = MutatedProject.DigestOf([project.Assembly])[..12];
        return new TestBench(
            process, await TestClass.MeasureAllAsync(process, tests, name => all || area.IsNear(name), mutated, $"{folder}.classes.json"),
            mutant => judgements.Of(area, mutant) is not null, all);
    }

    /// <summary>The outcomes of an earlier run.</summary>
    public void Learn(Mutant mutant, Trial? known)
    {
        if (known?.By is { } killer) _killers.Remember(mutant.File, killer);
    }

    /// <summary>Whether a class still has to run.</summary>
    public bool IsDue(Mutant mutant, Trial? known) => known switch
    {
        null => true,
        { Outcome: Outcome.Killed or Outcome.TimedOut } => false,
        { Outcome: Outcome.Open } when _all => true,
        _ when _all && _isJudged(mutant) => false,
        _ => Due(mutant, known).Count > 0,
    };

    /// <summary>
    /// The outcome of a mutant: first the tests that killed its neighbours run, then the nearest and fastest, then, on
    /// request, all others.
    /// </summary>
    public async Task<Trial> TryAsync(Mutant mutant, Trial? known)
    {
        var due = Due(mutant, known ?? Trial.None);
        var passed = new Dictionary<string, string>((known ?? Trial.None).Passed);
        if (due.Count == 0) return new Trial(!_all ? Outcome.Open : passed.Count == 0 ? Outcome.NotReached : Outcome.Survived, null, passed);
        if (await AskKillersAsync(mutant, due) is { } killed) return killed;
        do
        {
            var batch = Take(due);
            if (await AskAsync(mutant, "-class", batch.Select(test => test.Name), batch.Sum(test => test.Time)) is { } trial) return trial;
            foreach (var test in batch) passed[test.Name] = test.Version;
            due = [.. due.Except(batch)];
        }
        while (_all && !_isJudged(mutant) && due.Count > 0);
        return new Trial(_all || _isJudged(mutant) ? Outcome.Survived : Outcome.Open, null, passed);
    }

    /// <summary>Whether the nearest classes pass without a mutant, as they must.</summary>
    public async Task<bool> PassesWithoutAsync(Mutant mutant)
    {
        var batch = Take(Due(mutant, Trial.None));
        return batch.Count == 0 || (await _process.RunAsync("-class", batch.Select(test => test.Name), batch.Sum(test => test.Time), mutant: null)).Code == 0;
    }

    List<TestClass> Due(Mutant mutant, Trial known) =>
    [
        .. _classes.Where(test => test.Reaches.Contains(mutant.Id) && known.Passed.GetValueOrDefault(test.Name) != test.Version)
            .OrderByDescending(test => test.NearnessTo(mutant.File)).ThenBy(test => test.Time),
    ];

    static List<TestClass> Take(List<TestClass> due)
    {
        List<TestClass> batch = [];
        foreach (var test in due)
            if (batch.Count == 0 || batch.Sum(other => other.Time) + test.Time < Batch) batch.Add(test);
        return batch;
    }

    async Task<Trial?> AskKillersAsync(Mutant mutant, List<TestClass> due)
    {
        var likely = _killers.Likely(mutant.File, killer => due.Exists(test => killer.StartsWith(test.Name + ".", StringComparison.Ordinal)));
        return likely.Count > 0 ? await AskAsync(mutant, "-method", likely, Batch) : null;
    }

    /// <summary>Null: the mutant survives.</summary>
    async Task<Trial?> AskAsync(Mutant mutant, string filter, IEnumerable<string> names, double usually)
    {
        var asked = names.ToList();
        var run = await _process.RunAsync(filter, asked, usually, mutant.Id);
        // On a busy machine, a test may wait too long. A failure that is due to the mutant happens again.
        if (run.Failed is { } doubtful && run.IsSlow && (await _process.RunAsync("-method", [doubtful], usually, mutant.Id)).Outcome == Outcome.Survived)
            run = await _process.RunAsync(filter, asked, usually, mutant.Id);
        if (run.Outcome == Outcome.Survived) return null;
        if (run.Failed is { } killer) _killers.Remember(mutant.File, killer);
        return new Trial(run.Outcome, run.Failed, Trial.None.Passed);
    }
}
