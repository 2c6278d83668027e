using System.Diagnostics;

namespace Handstamp.Rig;

/// <summary>The machine that the figures come from.</summary>
static class Machine
{
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .First(line => line.StartsWith("model name", StringComparison.Ordinal));
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var processors = $"{Environment.ProcessorCount} × {model.Split(':')[1].Trim()}";
        return $"{processors}, Linux {kernel}, .NET {Environment.Version}";
    }

    public static string Commit(string root)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", root, "describe", "--always", "--dirty"])
        {
            RedirectStandardOutput = true,
        })!;
        return git.StandardOutput.ReadToEnd().Trim();
    }
}
