using System.Reflection;
using Xunit;

namespace Handstamp.Mutants;

/// <summary>
/// The one test of Stryker's run. It keeps the assembly with all mutants in it, which Stryker takes away in the end; and it
/// reaches no mutant, so Stryker runs none and ends at once.
/// </summary>
public sealed class MutatedAssembly
{
    [Fact]
    public void Is_kept()
    {
        if (Environment.GetEnvironmentVariable("HANDSTAMP_MUTATED") is not { } kept) return;
        File.Copy(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(kept)), kept, overwrite: true);

        // If nothing at all were reached, Stryker would take its counters for broken and run every mutant.
        var mutated = Assembly.Load(Path.GetFileNameWithoutExtension(kept));
        Array.Find(mutated.GetTypes(), type => type.Name == "MutantControl")?.GetMethod("IsActive")!.Invoke(null, [-1]);
    }
}
