using System.Reflection;
using System.Runtime.Loader;
using Handstamp.TestBed;
using SharpFuzz;

namespace Handstamp.Proof.Fuzz;

/// <summary>
/// A second copy of this assembly over a copy of <c>Handstamp.Tokens</c> whose branches are counted (SharpFuzz). The
/// assembly that other tests use and that is shipped stays unchanged.
/// </summary>
sealed class Instrumented : AssemblyLoadContext
{
    const string Tokens = "Handstamp.Tokens";

    static readonly Assembly OwnAssembly = typeof(Instrumented).Assembly;

    /// <summary>The counterpart of this type in a new copy.</summary>
    public static Type Copy(Type type) => new Instrumented().LoadFromAssemblyPath(OwnAssembly.Location).GetType(type.FullName!, throwOnError: true)!;

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name == Tokens ? LoadFromStream(Instrument()) : null;

    static MemoryStream Instrument()
    {
        using var directory = new TempDirectory();
        var copy = directory.File(Tokens + ".dll");
        File.Copy(Path.Combine(AppContext.BaseDirectory, Tokens + ".dll"), copy);
        SharpFuzz.Fuzzer.Instrument(copy, _ => true, Options.Value);
        return new MemoryStream(File.ReadAllBytes(copy));
    }
}
