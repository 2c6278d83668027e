using System.Diagnostics;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// A class of tests: how long it takes alone, and which mutants it reaches. It is measured again when its file has
/// changed.
/// </summary>
sealed record TestClass(string Name, string Version, string Mutated, double Time, HashSet<int> Reaches)
{
    const double Long = 60;

    public static async Task<IReadOnlyList<TestClass>> MeasureAllAsync(
        TestProcess process, string tests, Func<string, bool> isWanted, string mutated, string cache)
    {
        var known = File.Exists(cache) ? JsonSerializer.Deserialize<List<TestClass>>(File.ReadAllText(cache))! : [];
        var written = new Lock();
        List<TestClass> classes = [];
        await SideBySide.EachAsync((await process.ClassesAsync()).Where(isWanted), async name =>
        {
            var version = VersionOf(tests, name);
            var measured = known.Find(test => (test.Name, test.Version, test.Mutated) == (name, version, mutated)) ?? await MeasureAsync(process, name, version, mutated);
            lock (written)
            {
                classes.Add(measured);
                File.WriteAllText(cache, JsonSerializer.Serialize(classes.UnionBy(known, test => test.Name)));
            }
        });
        return classes;
    }

    /// <summary>The distance from a file: the same name, the same folder, or neither.</summary>
    public int NearnessTo(string file) =>
        Name.Split('.')[^1].Contains(Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal) ? 2
        : Path.GetDirectoryName(file) is { Length: > 0 } folder && Name.Contains($".{folder.Replace('/', '.')}.", StringComparison.Ordinal) ? 1
        : 0;

    static string VersionOf(string tests, string name)
    {
        var files = Repository.Files($"tests/{tests}", $"{name.Split('.')[^1]}.cs").ToList();
        return MutatedProject.DigestOf(files.Count > 0 ? files : [$"artifacts/bin/{tests}/release/{tests}.dll"])[..12];
    }

    static async Task<TestClass> MeasureAsync(TestProcess process, string name, string version, string mutated)
    {
        var begun = Stopwatch.GetTimestamp();
        var run = await process.RunAsync("-class", [name], Long, mutant: null, reached: "reached.txt");
        var time = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Console.WriteLine($"{name} {time:0.0} s, reaches {run.Reached.Count}{(run.Code == 0 ? "" : " FAILS, so it is left out")}");
        if (run.Code != 0) Console.WriteLine(run.Said);
        return new TestClass(name, version, mutated, time, run.Code == 0 ? run.Reached : []);
    }
}
