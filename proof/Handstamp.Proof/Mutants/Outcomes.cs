using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>The outcomes of an area's mutants, stored after each one, so that a run can be stopped and continued.</summary>
sealed class Outcomes
{
    readonly Lock _lock = new();
    readonly string _file;
    readonly Dictionary<string, Trial> _trials;

    public Outcomes(Area area)
    {
        _file = Repository.PathOf($"artifacts/mutants/{area.Name}.json");
        _trials = File.Exists(_file) ? JsonSerializer.Deserialize<Dictionary<string, Trial>>(File.ReadAllText(_file))! : [];
    }

    public Trial? Of(Mutant mutant)
    {
        lock (_lock) return _trials.GetValueOrDefault(mutant.Key);
    }

    public void Add(Mutant mutant, Trial trial)
    {
        lock (_lock)
        {
            _trials[mutant.Key] = trial;
            File.WriteAllText(_file, JsonSerializer.Serialize(_trials));
        }
    }
}
