using System.Text.RegularExpressions;
using Xunit;

namespace Handstamp.Server.Tests;

/// <summary>The arrows between the features, read from the code: who may know whom.</summary>
public sealed partial class ArchitectureTests
{
    static readonly string Root = FindRoot();

    // A feature and what it may use. All may use Audit and Http but those that Audit itself uses.
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Audit"] = ["Http", "Storage"],
        ["Http"] = [],
        ["Storage"] = [],
        ["Health"] = ["Sessions", "Storage"],
        ["Keys"] = ["Storage"],
        ["Accounts"] = ["Keys", "Storage"],
        ["Sessions"] = ["Accounts", "Keys", "Storage"],
        ["OAuth"] = ["Sessions", "Accounts", "Keys"],
        ["Pages"] = ["Sessions", "Accounts", "Keys"],
    };

    static readonly string[] ForAll = ["Audit", "Http"];

    [Fact]
    public void Every_folder_of_the_server_has_its_place()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Root, "src", "Handstamp.Server")).Select(Path.GetFileName);
        Assert.Equal(Arrows.Keys.Order(), folders.Where(folder => folder is not ("bin" or "obj")).Order());
    }

    [Fact]
    public void The_features_point_one_way()
    {
        foreach (var (feature, allowed) in Arrows)
            foreach (var (file, used) in Uses(Path.Combine(Root, "src", "Handstamp.Server", feature), ServerFeature()))
                Assert.True(
                    used == feature || allowed.Contains(used) || (feature is not ("Audit" or "Http" or "Storage") && ForAll.Contains(used)),
                    $"{feature}/{file} uses {used}.");
    }

    [Theory]
    [InlineData("Handstamp.Tokens", new string[0])]
    [InlineData("Handstamp.Bearer", new[] { "Tokens" })]
    [InlineData("Handstamp.Client", new[] { "Tokens" })]
    [InlineData("Handstamp.Server", new[] { "Tokens" })]
    [InlineData("Handstamp.Storage.Postgres", new[] { "Server", "Tokens" })]
    [InlineData("Handstamp.Storage.Sqlite", new[] { "Server", "Tokens" })]
    public void The_libraries_point_one_way(string library, string[] allowed)
    {
        foreach (var (file, used) in Uses(Path.Combine(Root, "src", library), Library()))
            Assert.True(used == library["Handstamp.".Length..].Split('.')[0] || allowed.Contains(used), $"{library}/{file} uses {used}.");
    }

    [Fact]
    public void The_tokens_know_neither_a_clock_nor_a_file_nor_the_web()
    {
        foreach (var file in Sources(Path.Combine(Root, "src", "Handstamp.Tokens")))
            Assert.DoesNotMatch(@"\bTimeProvider\b|\bDateTime(Offset)?\.(Utc)?Now\b|System\.IO\b|System\.Net\b|Microsoft\.AspNetCore", File.ReadAllText(file));
    }

    static IEnumerable<(string File, string Used)> Uses(string folder, Regex pattern) =>
        from file in Sources(folder)
        from Match match in pattern.Matches(File.ReadAllText(file))
        select (Path.GetFileName(file), match.Groups[1].Value);

    static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories);

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Handstamp.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex(@"^using Handstamp\.Server\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex ServerFeature();

    [GeneratedRegex(@"^using Handstamp\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Library();
}
