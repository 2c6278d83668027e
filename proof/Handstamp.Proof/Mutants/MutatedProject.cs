using System.Security.Cryptography;
using System.Text;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// A project with all its mutants compiled in. Stryker makes the mutants, but its runs are not used: it keeps one host
/// of Microsoft's testing platform for all mutants, and the host carries static state and damage from one mutant to the
/// next.
/// </summary>
sealed record MutatedProject(string Name, string Assembly, IReadOnlyList<Mutant> Mutants)
{
    public const string Home = "proof/Handstamp.Mutants";

    public static async Task<MutatedProject> MakeAsync(string name)
    {
        var folder = Directory.CreateDirectory(Repository.PathOf($"artifacts/mutants/{name}")).FullName;
        var (assembly, stamp) = ($"{folder}/{name}.dll", $"{folder}/stamp");
        var sources = DigestOf(
        [
            .. Repository.Files("src", "*.cs"), .. Repository.Files("src", "*.csproj"), $"{Home}/stryker-config.json", $"{Home}/MutatedAssembly.cs",
        ]);
        if (!File.Exists(stamp) || File.ReadAllText(stamp) != sources)
        {
            Console.WriteLine($"Compiling the mutants of {name}");
            await CompileAsync(name, folder, assembly);
            File.WriteAllText(stamp, sources);
        }
        return new MutatedProject(name, assembly, Known(name));
    }

    /// <summary>The mutants that were compiled last; none if there were none yet.</summary>
    public static IReadOnlyList<Mutant> Known(string name)
    {
        var report = Repository.PathOf($"artifacts/mutants/{name}/reports/mutation-report.json");
        return File.Exists(report) ? Mutant.ReadAll(report, Repository.PathOf($"src/{name}")) : [];
    }

    static async Task CompileAsync(string name, string folder, string assembly)
    {
        File.Delete($"{folder}/stamp");
        await Tool.RunAsync(Repository.PathOf(Home), "dotnet", ["tool", "restore"]);
        await Tool.RunAsync(
            Repository.PathOf(Home), "dotnet",
            [
                "stryker", "--project", $"{name}.csproj", "--output", folder, "--skip-version-check",
                .. Sources(name).SelectMany(glob => new[] { "--mutate", glob }),
            ],
            new() { ["HANDSTAMP_MUTATED"] = assembly });
    }

    static IEnumerable<string> Sources(string project) =>
        from area in Area.All
        where area.Project == project
        from part in area.Parts
        select part is "" || part[^1] == '/' ? $"{part}**/*.cs" : $"{part}.cs";

    public static string DigestOf(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(Repository.PathOf(file)));
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
