using System.Diagnostics;

namespace Handstamp.TestBed;

/// <summary>A call of a program.</summary>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Input">Its standard input; it is empty, never the terminal's.</param>
/// <param name="Environment">Variables in addition to the test's. The service's variables are not passed on.</param>
/// <param name="Directory">Where it runs; empty for the test's own.</param>
public sealed record CommandCall(
    IReadOnlyList<string> Arguments, string Input = "", IReadOnlyDictionary<string, string>? Environment = null, string Directory = "")
{
    static readonly string[] Services = ["HANDSTAMP_", "ASPNETCORE_", "DOTNET_ENVIRONMENT"];

    /// <summary>Starts the program; its three streams are pipes to this process.</summary>
    public Process Start(string file)
    {
        var start = new ProcessStartInfo(file, Arguments)
        {
            WorkingDirectory = Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsServices).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in Environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
    }

    static bool IsServices(string name) =>
        Services.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
