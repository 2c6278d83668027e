using System.Diagnostics;
using System.Text.RegularExpressions;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>Runs some of the copied tests in their own process, with or without a mutant.</summary>
sealed partial class TestProcess(string folder, string tests)
{
    const string Switch = "HANDSTAMP_MUTANT";

    // These limits stop a loop that never ends before it takes the machine's memory.
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    const string Memory = "0x60000000";

    /// <summary>As <c>-class</c> or <c>-method</c>. Their usual time is in seconds.</summary>
    public async Task<TestRun> RunAsync(string filter, IEnumerable<string> names, double usually, int? mutant, string? reached = null)
    {
        using var directory = new ScratchDirectory();
        var begun = Stopwatch.GetTimestamp();
        var (code, said) = await Tool.TryAsync(
            folder, $"{folder}/{tests}",
            ["-noLogo", "-noColor", "-stopOnFail", "-parallelMode", "none", .. names.SelectMany(name => new[] { filter, name })],
            Environment(directory.Path, mutant, reached), Timeout + 4 * TimeSpan.FromSeconds(usually));
        return new TestRun(code, said, Stopwatch.GetElapsedTime(begun).TotalSeconds > usually, reached is null ? [] : directory.Numbers(reached));
    }

    public async Task<IEnumerable<string>> ClassesAsync() =>
        (await Tool.TryAsync(folder, $"{folder}/{tests}", ["-noLogo", "-noColor", "-list", "classes"], [], Timeout)).Said
            .Split('\n', StringSplitOptions.TrimEntries).Where(line => line.StartsWith("Handstamp.", StringComparison.Ordinal));

    static Dictionary<string, string> Environment(string directory, int? mutant, string? reached)
    {
        Dictionary<string, string> environment = new()
        {
            ["TMPDIR"] = directory,
            ["HANDSTAMP_EXE"] = HandstampExecutable.Path,
            // A test that waits for what a mutant prevents fails soon.
            [Eventually.Patience] = "10",
            ["DOTNET_GCHeapHardLimit"] = Memory,
            // The process is too short for these to pay off.
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_GCgen0size"] = "0x4000000",
        };
        if (reached is not null) environment["STRYKER_COVERAGE_FILE"] = reached;
        if (mutant is not null) (environment["STRYKER_MUTANT_ID_CONTROL_VAR"], environment[Switch]) = (Switch, $"{mutant}");
        return environment;
    }

    /// <summary>The result of one such process. Without a code, the process did not end by itself.</summary>
    public sealed partial record TestRun(int? Code, string Said, bool IsSlow, HashSet<int> Reached)
    {
        public Outcome Outcome => Code switch { 0 => Outcome.Survived, null => Outcome.TimedOut, _ => Outcome.Killed };

        /// <summary>The method of the test that failed, with its class.</summary>
        public string? Failed => FailedTest().Match(Said) is { Success: true } match ? match.Groups[1].Value : null;

        [GeneratedRegex(@"^\s*(Handstamp\.[\w.+]+)(\(.*)? \[FAIL\]", RegexOptions.Multiline)]
        private static partial Regex FailedTest();
    }

    /// <summary>
    /// The directory for the files that the tests write: in memory where possible, since the tests flush their writes.
    /// </summary>
    sealed class ScratchDirectory : IDisposable
    {
        const string Shared = "/dev/shm";

        public string Path { get; } =
            Directory.CreateDirectory($"{(Directory.Exists(Shared) ? Shared : System.IO.Path.GetTempPath())}/m-{Guid.NewGuid():N}"[..^20]).FullName;

        public HashSet<int> Numbers(string name) =>
        [
            .. from file in Directory.EnumerateFiles(Path, $"{System.IO.Path.GetFileNameWithoutExtension(name)}*")
               from number in File.ReadAllText(file).Split([',', ';'], StringSplitOptions.RemoveEmptyEntries)
               select int.Parse(number, null),
        ];

        public void Dispose()
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException)
            {
                // A grandchild that survives its test may still write there.
            }
        }
    }
}
