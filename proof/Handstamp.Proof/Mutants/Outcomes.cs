using System.IO.Compression;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// The outcomes of an area's mutants. They are stored after each one, and belong to the repository: a run of all mutants takes
/// hours, so it is stopped and continued, and after a change only the mutants of the changed files are due.
/// </summary>
sealed class Outcomes
{
    readonly Lock _lock = new();
    readonly string _file;
    readonly Dictionary<string, Trial> _trials;

    public Outcomes(Area area)
    {
        _file = Repository.PathOf($"{MutatedProject.Home}/outcomes/{area.Name}.json.gz");
        _trials = Read(_file);
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
            Write();
        }
    }

    /// <summary>Forgets the mutants of files that have changed since.</summary>
    public void KeepOnly(IEnumerable<Mutant> mutants)
    {
        lock (_lock)
        {
            foreach (var gone in _trials.Keys.Except(mutants.Select(mutant => mutant.Key)).ToList()) _trials.Remove(gone);
        }
    }

    static Dictionary<string, Trial> Read(string file)
    {
        if (!File.Exists(file)) return [];
        using var stream = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<Dictionary<string, Trial>>(stream)!;
    }

    // Replaces the file, so that a run that is killed leaves a whole one.
    void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        var next = $"{_file}.new";
        using (var stream = new GZipStream(File.Create(next), CompressionLevel.Optimal))
            JsonSerializer.Serialize(stream, new SortedDictionary<string, Trial>(_trials, StringComparer.Ordinal));
        File.Move(next, _file, overwrite: true);
    }
}
