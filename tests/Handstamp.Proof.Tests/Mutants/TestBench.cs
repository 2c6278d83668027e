using System.Collections.Concurrent;
using Handstamp.Testing;

namespace Handstamp.Proof.Tests.Mutants;

/// <summary>The built tests beside the mutated assembly: asks of a mutant those that reach it, the likeliest first.</summary>
sealed class TestBench
{
    const double Batch = 4;
    const int KillersKept = 6;

    readonly TestProcess _process;
    readonly IReadOnlyList<TestClass> _classes;
    readonly ConcurrentDictionary<string, List<string>> _killers = [];

    public TestBench(string tests, MutatedProject project)
    {
        var folder = Repository.PathOf($"artifacts/mutants/{project.Name}/tests");
        ReadyCopy.Make(Repository.PathOf($"artifacts/bin/{tests}/release"), project.Assembly, folder);
        _process = new TestProcess(folder, tests);
        _classes = TestClass.MeasureAll(_process, tests, MutatedProject.DigestOf([project.Assembly])[..12], $"{folder}.classes.json");
    }

    /// <summary>Whether there is a class that has still to be asked.</summary>
    public bool IsDue(Mutant mutant, Trial? known) => known switch
    {
        null => true,
        { Outcome: Outcome.Killed or Outcome.TimedOut } => false,
        _ => Due(mutant, known).Count > 0,
    };

    /// <summary>What the tests say of it: those that killed its neighbours, then the nearest and fastest, then if asked for all others.</summary>
    public Trial Try(Mutant mutant, Trial? known, bool all)
    {
        var due = Due(mutant, known ?? Trial.None);
        var passed = new Dictionary<string, string>((known ?? Trial.None).Passed);
        if (due.Count == 0) return new Trial(passed.Count == 0 ? Outcome.NotReached : Outcome.Survived, null, passed);
        if (known is null && AskKillers(mutant, due) is { } killed) return killed;
        do
        {
            var batch = Take(due);
            if (Ask(mutant, "-class", batch.Select(test => test.Name), batch.Sum(test => test.Time)) is { } trial) return trial;
            foreach (var test in batch) passed[test.Name] = test.Version;
            due = [.. due.Except(batch)];
        }
        while (all && due.Count > 0);
        return new Trial(due.Count == 0 ? Outcome.Survived : Outcome.Open, null, passed);
    }

    /// <summary>Whether the nearest classes pass with no mutant, as they have to.</summary>
    public bool PassesWithout(Mutant mutant)
    {
        var batch = Take(Due(mutant, Trial.None));
        return batch.Count == 0 || _process.Run("-class", batch.Select(test => test.Name), batch.Sum(test => test.Time), mutant: null).Code == 0;
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

    Trial? AskKillers(Mutant mutant, List<TestClass> due)
    {
        var killers = _killers.GetOrAdd(mutant.File, []);
        string[] likely;
        lock (killers) likely = [.. killers.Where(killer => due.Exists(test => killer.StartsWith(test.Name + ".", StringComparison.Ordinal)))];
        return likely.Length > 0 ? Ask(mutant, "-method", likely, Batch) : null;
    }

    /// <summary>Null: it lives.</summary>
    Trial? Ask(Mutant mutant, string filter, IEnumerable<string> names, double usually)
    {
        var run = _process.Run(filter, names, usually, mutant.Id);
        if (run.Outcome == Outcome.Survived) return null;
        if (run.Failed is { } killer) Remember(mutant.File, killer);
        return new Trial(run.Outcome, run.Failed, Trial.None.Passed);
    }

    void Remember(string file, string killer)
    {
        var killers = _killers.GetOrAdd(file, []);
        lock (killers)
        {
            killers.Remove(killer);
            killers.Insert(0, killer);
            if (killers.Count > KillersKept) killers.RemoveAt(KillersKept);
        }
    }
}
