using Handstamp.TestBed;

namespace Handstamp.Cluster.Machines;

/// <summary>The environment files of <c>deploy/</c>, as systemd reads them.</summary>
static class EnvironmentFile
{
    public static Dictionary<string, string> Read(string path) => Repository.Read(path).Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'));
}
