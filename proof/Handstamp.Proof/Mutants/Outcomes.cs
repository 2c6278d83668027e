using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>What became of the mutants of an area, kept after each, so that a run can be broken off and go on.</summary>
sealed class Outcomes
{
    readonly string _file;
    readonly Dictionary<string, Entry> _entries;

    public Outcomes(Area area)
    {
        _file = Repository.PathOf($"artifacts/mutants/{area.Name}.json");
        _entries = File.Exists(_file) ? JsonSerializer.Deserialize<Dictionary<string, Entry>>(File.ReadAllText(_file))! : [];
    }

    public Outcome? Of(Mutant mutant) => _entries.TryGetValue(mutant.Key, out var entry) ? entry.Outcome : null;

    /// <summary>What one version of the tests has noticed stays so; what it has not, others may.</summary>
    public bool IsDue(Mutant mutant, string tests) =>
        !_entries.TryGetValue(mutant.Key, out var entry)
        || (entry.Outcome is Outcome.Survived or Outcome.NotReached && entry.Tests != tests);

    public void Add(Mutant mutant, Outcome outcome, string tests)
    {
        _entries[mutant.Key] = new Entry(outcome, tests);
        File.WriteAllText(_file, JsonSerializer.Serialize(_entries));
    }

    sealed record Entry(Outcome Outcome, string Tests);
}
