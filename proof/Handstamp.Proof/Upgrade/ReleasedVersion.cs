using System.Collections.Concurrent;
using Handstamp.TestBed;

namespace Handstamp.Proof.Upgrade;

/// <summary>A version that eng/versions names, with the commit that it was released from.</summary>
public sealed record ReleasedVersion(string Number, string Commit)
{
    public static IReadOnlyList<ReleasedVersion> All { get; } =
    [
        .. Repository.Read("eng/versions").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')).Select(words => new ReleasedVersion(words[0], words[1])),
    ];

    static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Built = [];

    /// <summary>Its executable, built from its commit. It is built once.</summary>
    public Task<string> BuildAsync() => Built.GetOrAdd(Commit, _ => new(BuildOnceAsync)).Value;

    async Task<string> BuildOnceAsync()
    {
        var folder = Repository.PathOf($"artifacts/versions/{Commit}");
        if (Directory.Exists(folder)) return $"{folder}/handstamp";
        using var sources = new TempDirectory();
        await SucceedsAsync("sh", "-c", """git -C "$0" archive "$1" | tar -x -C "$2" """, Repository.PathOf("."), Commit, sources.Path);
        await SucceedsAsync(
            "dotnet", "build", $"{sources.Path}/src/Handstamp.Host", "-c", "Release", "-v", "quiet", "-nologo", "-p:RunAnalyzers=false",
            "-p:UseSharedCompilation=false", "-o", $"{folder}.new");
        Directory.Move($"{folder}.new", folder);
        return $"{folder}/handstamp";
    }

    public override string ToString() => Number;

    static async Task SucceedsAsync(string file, params string[] arguments)
    {
        var result = await CommandResult.OfAsync(file, new CommandCall(arguments, Environment: new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" }));
        Assert.True(result.ExitCode == 0, $"{file} ended with {result.ExitCode}:\n{result.Output}{result.Error}");
    }
}
