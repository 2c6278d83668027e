using System.Runtime.InteropServices;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// A copy of the built tests with the mutated assembly in it, compiled ahead of time. The process of a mutant is short,
/// and half of it would be compilation. An assembly that has not changed since is not compiled again.
/// </summary>
static class ReadyCopy
{
    public static async Task MakeAsync(string from, string mutated, string to)
    {
        var stamps = $"{to}.made.json";
        var known = File.Exists(stamps) && Directory.Exists(to)
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(stamps))! : [];
        File.Delete(stamps);
        Directory.CreateDirectory(to);
        var assemblies = Directory.GetFiles(from, "*.dll")
            .Select(file => Path.GetFileName(file) == Path.GetFileName(mutated) ? mutated : file)
            .ToDictionary(file => Path.GetFileName(file), file => (File: file, Digest: MutatedProject.DigestOf([file])));
        foreach (var file in Directory.GetFiles(from).Where(file => !assemblies.ContainsKey(Path.GetFileName(file))))
        {
            // A process of an earlier run may still have the program open, and cannot be written over.
            File.Delete(Path.Combine(to, Path.GetFileName(file)));
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
        foreach (var folder in Directory.GetDirectories(from)) await Tool.RunAsync("/", "cp", ["-r", folder, to]);
        var stale = assemblies.Where(one => known.GetValueOrDefault(one.Key) != one.Value.Digest).ToList();
        var compiler = stale.Count > 0 ? await CompilerAsync() : "";
        await SideBySide.EachAsync(stale, one => CompileAsync(compiler, one.Value.File, from, Path.Combine(to, one.Key)));
        File.WriteAllText(stamps, JsonSerializer.Serialize(assemblies.ToDictionary(one => one.Key, one => one.Value.Digest)));
    }

    static async Task<string> CompilerAsync() =>
        (await Tool.RunAsync(Repository.PathOf(MutatedProject.Home), "dotnet", ["msbuild", "-getProperty:AheadCompiler"])).Trim();

    static async Task CompileAsync(string compiler, string assembly, string beside, string to)
    {
        var runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        var web = Path.Combine(runtime, "../../Microsoft.AspNetCore.App", Path.GetFileName(runtime));
        var (code, _) = await Tool.TryAsync(
            beside, compiler,
            [assembly, "-o", to, "-O", "--parallelism", "1", .. new[] { runtime, web, beside }.SelectMany(folder => new[] { "-r", $"{folder}/*.dll" })],
            [], timeout: null);
        // Leave an assembly that is compiled already, and a file that is not such an assembly.
        if (code != 0) File.Copy(assembly, to, overwrite: true);
    }
}
