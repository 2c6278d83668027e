using System.Text.RegularExpressions;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests;

/// <summary>The arrows between the features, read from the code: who may know whom.</summary>
public sealed partial class ArchitectureTests
{
    static readonly string Root = FindRoot();

    // A feature and what it may use. All may use Audit and Http.
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Audit"] = [],
        ["Http"] = [],
        ["Storage"] = [],
        ["Health"] = ["Sessions", "Storage"],
        ["Keys"] = ["Storage"],
        ["Secrets"] = ["Keys", "Storage"],
        ["Accounts"] = ["Keys", "Storage"],
        ["Sessions"] = ["Accounts", "Keys", "Storage"],
        ["SignIn"] = ["Sessions", "Accounts", "Secrets"],
        ["OAuth"] = ["Sessions", "Accounts", "Keys"],
        ["Pages"] = ["SignIn", "Sessions", "Accounts", "Keys"],
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
                    used == feature || allowed.Contains(used) || (feature is not "Audit" && ForAll.Contains(used)),
                    $"{feature}/{file} uses {used}.");
    }

    [Fact]
    public void A_session_begins_on_a_grant_or_a_new_password_and_only_a_sign_in_gives_a_grant()
    {
        var grants = typeof(Grant).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Grant)));
        Assert.True(Assert.Single(grants) is { IsNestedPrivate: true } grant && grant.DeclaringType == typeof(SignInAttempts));
        Assert.Equal(
            [typeof(HttpContext), typeof(Grant)],
            typeof(SessionLogin).GetMethod(nameof(SessionLogin.BeginAsync))!.GetParameters().Select(parameter => parameter.ParameterType));

        // Through the store there is no other way in.
        var server = Path.Combine(Root, "src", "Handstamp.Server");
        foreach (var call in (string[])["TryCreateAsync(session", "TryChangePasswordAsync("])
            Assert.Equal(
                ["SessionLogin.cs"],
                Sources(server).Where(file => File.ReadAllText(file).Contains($".{call}", StringComparison.Ordinal)).Select(Path.GetFileName));
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
