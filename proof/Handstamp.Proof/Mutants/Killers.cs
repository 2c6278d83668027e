namespace Handstamp.Proof.Mutants;

/// <summary>
/// The tests that have killed mutants. The tests that killed the last mutants of a file are likely to kill its next
/// one.
/// </summary>
sealed class Killers
{
    const int OfFile = 4;
    const int OfAll = 4;

    readonly Lock _lock = new();
    readonly Dictionary<string, List<string>> _ofFile = [];
    readonly Dictionary<string, int> _kills = [];

    public void Remember(string file, string test)
    {
        lock (_lock)
        {
            _kills[test] = _kills.GetValueOrDefault(test) + 1;
            var ofFile = _ofFile.GetValueOrDefault(file) ?? (_ofFile[file] = []);
            ofFile.Remove(test);
            ofFile.Insert(0, test);
            if (ofFile.Count > OfFile) ofFile.RemoveAt(OfFile);
        }
    }

    /// <summary>The last killers in the file, and the tests that have killed the most mutants.</summary>
    public IReadOnlyList<string> Likely(string file, Func<string, bool> reaches)
    {
        lock (_lock)
            return
            [
                .. (_ofFile.GetValueOrDefault(file) ?? []).Where(reaches)
                    .Union(_kills.OrderByDescending(one => one.Value).Select(one => one.Key).Where(reaches).Take(OfAll)),
            ];
    }
}
