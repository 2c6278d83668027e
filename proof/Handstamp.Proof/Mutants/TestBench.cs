using System.Diagnostics;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>The built tests of an area beside the mutated assembly: which classes reach which mutant, and what they say of it.</summary>
sealed class TestBench
{
    const string Switch = "HANDSTAMP_MUTANT";

    // A loop that never ends is noticed by these, and does not take the machine's memory.
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_first = TimeSpan.FromSeconds(4);
    const string Memory = "0x60000000";

    readonly string _folder;
    readonly string _tests;
    readonly IReadOnlyList<TestClass> _classes;

    public TestBench(Area area, MutatedProject project)
    {
        (_folder, _tests) = (Repository.PathOf($"artifacts/mutants/{area.Name}"), area.Tests);
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        Tool.Run("/", "cp", ["-r", Repository.PathOf($"artifacts/bin/{area.Tests}/release"), _folder]);
        File.Copy(project.Assembly, $"{_folder}/{project.Name}.dll", overwrite: true);
        Digest = MutatedProject.DigestOf([$"artifacts/bin/{area.Tests}/release/{area.Tests}.dll"]);
        _classes = MeasureAll(MutatedProject.DigestOf([project.Assembly]));
    }

    /// <summary>Of the tests: with others, what has survived is tried again.</summary>
    public string Digest { get; }

    /// <summary>What the tests say of it: first those whose name is like the file's, and the fastest; then all that reach it.</summary>
    public Outcome Try(Mutant mutant)
    {
        var reaching = _classes.Where(test => test.Reaches.Contains(mutant.Id))
            .OrderByDescending(test => test.Name.Contains(Path.GetFileNameWithoutExtension(mutant.File), StringComparison.Ordinal))
            .ThenBy(test => test.Time).ToList();
        if (reaching.Count == 0) return Outcome.NotReached;
        List<TestClass> first = [], rest = [];
        foreach (var test in reaching)
            (first.Count == 0 || first.Sum(other => other.Time) + test.Time < s_first.TotalSeconds ? first : rest).Add(test);
        var outcome = Try(mutant.Id, first);
        return outcome == Outcome.Survived && rest.Count > 0 ? Try(mutant.Id, rest) : outcome;
    }

    Outcome Try(int mutant, IReadOnlyList<TestClass> tests) =>
        Run(
            tests.Select(test => test.Name), new() { ["STRYKER_MUTANT_ID_CONTROL_VAR"] = Switch, [Switch] = $"{mutant}" },
            s_patience + 4 * TimeSpan.FromSeconds(tests.Sum(test => test.Time))) switch
        {
            (0, _) => Outcome.Survived,
            (null, _) => Outcome.TimedOut,
            _ => Outcome.Killed,
        };

    (int? Code, string Said) Run(IEnumerable<string> classes, Dictionary<string, string> environment, TimeSpan patience)
    {
        environment["DOTNET_GCHeapHardLimit"] = Memory;
        // Each process is too short for that to pay.
        environment["DOTNET_TieredPGO"] = "0";
        return Tool.Try(
            _folder, $"{_folder}/{_tests}", ["-noLogo", "-noColor", "-stopOnFail", .. classes.SelectMany(name => new[] { "-class", name })],
            environment, patience);
    }

    List<TestClass> MeasureAll(string mutated)
    {
        var cache = $"{_folder}.classes.json";
        var known = File.Exists(cache) ? JsonSerializer.Deserialize<List<TestClass>>(File.ReadAllText(cache))! : [];
        List<TestClass> classes = [];
        foreach (var name in Names())
        {
            var madeFrom = $"{mutated} {MutatedProject.DigestOf(Repository.Files($"tests/{_tests}", $"{name.Split('.')[^1]}.cs"))}";
            classes.Add(known.Find(test => test.Name == name && test.MadeFrom == madeFrom) ?? Measure(name, madeFrom));
            File.WriteAllText(cache, JsonSerializer.Serialize(classes.UnionBy(known, test => test.Name)));
        }
        return classes;
    }

    IEnumerable<string> Names() =>
        Tool.Try(_folder, $"{_folder}/{_tests}", ["-noLogo", "-noColor", "-list", "classes"], [], s_patience).Said
            .Split('\n', StringSplitOptions.TrimEntries).Where(line => line.StartsWith("Handstamp.", StringComparison.Ordinal));

    TestClass Measure(string name, string madeFrom)
    {
        using var directory = new TempDirectory();
        var begun = Stopwatch.GetTimestamp();
        var (code, said) = Run([name], new() { ["STRYKER_COVERAGE_FILE"] = "reached.txt", ["TMPDIR"] = directory.Path }, 4 * s_patience);
        var time = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Console.WriteLine($"{name} {time:0.0} s{(code == 0 ? "" : " FAILS, and is left out")}");
        if (code != 0) Console.WriteLine(said);
        return new TestClass(name, madeFrom, time, code == 0 ? Reached(directory.Path) : []);
    }

    static HashSet<int> Reached(string folder) =>
    [
        .. from file in Directory.EnumerateFiles(folder, "reached*.txt")
           from number in File.ReadAllText(file).Split([',', ';'], StringSplitOptions.RemoveEmptyEntries)
           select int.Parse(number, null),
    ];

    sealed record TestClass(string Name, string MadeFrom, double Time, HashSet<int> Reaches);
}
