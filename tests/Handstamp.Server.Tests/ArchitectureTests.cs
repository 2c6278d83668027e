using System.Reflection;
using System.Text.RegularExpressions;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests;

/// <summary>The dependencies between the features, read from the code.</summary>
public sealed partial class ArchitectureTests
{
    static readonly string Root = FindRoot();

    // A feature and the features that it may use. All may use Audit, Http and Outbox, except those that Audit itself uses.
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Audit"] = ["Http", "Outbox", "Storage"],
        ["Http"] = [],
        ["Storage"] = [],
        ["Health"] = ["Sessions", "Storage"],
        ["Keys"] = ["Storage"],
        ["Secrets"] = ["Keys", "Storage"],
        ["Outbox"] = ["Storage"],
        ["GeoIp"] = ["Storage"],
        ["Accounts"] = ["GeoIp", "Keys", "Secrets", "Storage"],
        ["Clients"] = [],
        ["Sessions"] = ["Clients", "Accounts", "GeoIp", "Keys", "Storage"],
        ["SignIn"] = ["Sessions", "Accounts", "Secrets"],
        ["ExternalLogins"] = ["SignIn", "Sessions", "Accounts", "Keys"],
        ["OAuth"] = ["Sessions", "Clients", "Accounts", "Keys"],
    };

    static readonly string[] ForAll = ["Audit", "Http", "Outbox"];

    [Fact]
    public void Every_folder_of_the_server_is_in_the_table()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Root, "src", "Handstamp.Server")).Select(Path.GetFileName);
        Assert.Equal(Arrows.Keys.Order(), folders.Where(folder => folder is not ("bin" or "obj")).Order());
    }

    [Fact]
    public void Dependencies_between_features_go_one_way()
    {
        foreach (var (feature, allowed) in Arrows)
            foreach (var (file, used) in Uses(Path.Combine(Root, "src", "Handstamp.Server", feature), ServerFeature()))
                Assert.True(
                    used == feature || allowed.Contains(used) || (feature is not ("Audit" or "Http" or "Storage") && ForAll.Contains(used)),
                    $"{feature}/{file} uses {used}.");
    }

    [Fact]
    public void A_session_begins_on_a_grant_or_a_new_password_and_only_a_sign_in_gives_a_grant()
    {
        var grants = typeof(Grant).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Grant)));
        Assert.True(Assert.Single(grants) is { IsNestedPrivate: true } grant && grant.DeclaringType == typeof(SignInAttempts));
        Assert.Equal(
            [typeof(Grant), typeof(Origin)],
            typeof(LoginOperations).GetMethod(nameof(LoginOperations.BeginAsync))!.GetParameters().Select(parameter => parameter.ParameterType));
        Assert.Equal(typeof(Grant), typeof(LoginOperations).GetMethod(nameof(LoginOperations.ReauthenticateAsync))!.GetParameters()[0].ParameterType);

        // The store is the only other way to begin a session.
        var server = Path.Combine(Root, "src", "Handstamp.Server");
        foreach (var call in (string[])["TryCreateAsync(session", "TryChangePasswordAsync(", "TryReauthenticateAsync("])
            Assert.Equal(
                ["LoginOperations.cs"],
                Sources(server).Where(file => File.ReadAllText(file).Contains($".{call}", StringComparison.Ordinal)).Select(Path.GetFileName));
    }

    [Fact]
    public void Pages_and_commands_call_operations_that_know_no_transport()
    {
        string[] others = ["SessionRotation.cs", "SignInAttempts.cs"];
        var operations = Sources(Path.Combine(Root, "src", "Handstamp.Server"))
            .Where(file => file.EndsWith("Operations.cs", StringComparison.Ordinal) || others.Contains(Path.GetFileName(file)));
        foreach (var file in operations)
            Assert.DoesNotMatch(@"Microsoft\.AspNetCore\.Http\b|\bHttpContext\b", File.ReadAllText(file));

        var callers = Sources(Path.Combine(Root, "src", "Handstamp.Pages"))
            .Concat(Sources(Path.Combine(Root, "src", "Handstamp.Host", "Commands")));
        foreach (var file in callers)
            Assert.False(Store().IsMatch(File.ReadAllText(file)), $"{Path.GetFileName(file)} uses a store itself.");
    }

    [Theory]
    [InlineData("Handstamp.Tokens", new string[0])]
    [InlineData("Handstamp.Bearer", new[] { "Tokens" })]
    [InlineData("Handstamp.Client", new[] { "Tokens" })]
    [InlineData("Handstamp.Identity", new[] { "Server", "Storage", "Tokens" })]
    [InlineData("Handstamp.Mail", new[] { "Server", "Tokens" })]
    [InlineData("Handstamp.Pages", new[] { "Server", "Tokens" })]
    [InlineData("Handstamp.Server", new[] { "Tokens" })]
    [InlineData("Handstamp.Storage.EntityFramework", new[] { "Server" })]
    [InlineData("Handstamp.Storage.Postgres", new[] { "Server", "Tokens" })]
    [InlineData("Handstamp.Storage.Sqlite", new[] { "Server", "Tokens" })]
    public void Dependencies_between_libraries_go_one_way(string library, string[] allowed)
    {
        foreach (var (file, used) in Uses(Path.Combine(Root, "src", library), Library()))
            Assert.True(used == library["Handstamp.".Length..].Split('.')[0] || allowed.Contains(used), $"{library}/{file} uses {used}.");
    }

    [Fact]
    public void Log_messages_are_in_files_named_Log()
    {
        foreach (var file in Sources(Path.Combine(Root, "src")))
        {
            var text = File.ReadAllText(file);
            if (text.Contains("[LoggerMessage(", StringComparison.Ordinal)) Assert.EndsWith("Log.cs", file, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\bLoggerMessage\.Define\b|(?<!\bMath)\.Log(Trace|Debug|Information|Warning|Error|Critical)?\(", text);
        }
    }

    [Fact]
    public void Code_that_adds_services_is_in_files_named_Services_or_Extensions()
    {
        foreach (var file in Sources(Path.Combine(Root, "src")).Where(file => Adding().IsMatch(File.ReadAllText(file))))
            Assert.EndsWith(
                IsPublic(file) ? "Extensions.cs" : "Services.cs", file, StringComparison.Ordinal);

        // As everywhere in ASP.NET Core.
        static bool IsPublic(string file) => File.ReadAllText(file).Contains("public static class", StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_executable_depends_on_the_pages()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).ToList();

        Assert.Equal(["Handstamp.Host"], ThatName("Handstamp.Pages.csproj"));
        Assert.Equal(["Handstamp.Pages"], ThatName("\"RazorSlices\""));

        IEnumerable<string> ThatName(string part) => projects
            .Where(project => File.ReadAllText(project).Contains(part, StringComparison.Ordinal))
            .Select(project => Path.GetFileNameWithoutExtension(project)!);
    }

    [Fact]
    public void The_token_library_uses_no_clock_no_file_and_no_web()
    {
        foreach (var file in Sources(Path.Combine(Root, "src", "Handstamp.Tokens")))
            Assert.DoesNotMatch(@"\bTimeProvider\b|\bDateTime(Offset)?\.(Utc)?Now\b|System\.IO\b|System\.Net\b|Microsoft\.AspNetCore", File.ReadAllText(file));
    }

    [Fact]
    public void The_rotation_accepts_only_the_type_for_authentic_tokens()
    {
        var taken = typeof(SessionRotation).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(operation => operation.GetParameters()[0].ParameterType).Distinct();
        Assert.Equal([typeof(AuthenticToken), typeof(PresentedTokens)], taken.OrderBy(type => type.Name));
        Assert.Equal(typeof(IReadOnlyList<AuthenticToken>), typeof(PresentedTokens).GetProperty(nameof(PresentedTokens.Candidates))!.PropertyType);
        // A class, so that it has no default value, and no other code can make one.
        Assert.True(typeof(AuthenticToken) is { IsValueType: false, IsSealed: true });
        Assert.Empty(typeof(AuthenticToken).GetConstructors());
    }

    [Fact]
    public void A_refusal_is_an_entry_of_the_error_table_and_one_writer_formats_it()
    {
        AssertOnlyIn("Problems.cs", @"new Problem\(|\bProblem\??\s+\w+\s*=\s*new\(");
        AssertOnlyIn("ProblemWriter.cs", @"application/problem\+json");
        AssertOnlyIn("OAuthErrorWriter.cs", "error_description\"u8");

        static void AssertOnlyIn(string home, string pattern) => Assert.Equal(
            [home],
            new[] { "Handstamp.Server", "Handstamp.Pages", "Handstamp.Host", "Handstamp.Storage.Postgres", "Handstamp.Storage.Sqlite" }
                .SelectMany(project => Sources(Path.Combine(Root, "src", project)))
                .Where(file => Regex.IsMatch(File.ReadAllText(file), pattern)).Select(Path.GetFileName));
    }

    static IEnumerable<(string File, string Used)> Uses(string folder, Regex pattern) =>
        from file in Sources(folder)
        from Match match in pattern.Matches(File.ReadAllText(file))
        select (Path.GetFileName(file), match.Groups[1].Value);

    [Fact]
    public void No_pattern_ends_in_a_dollar_sign_because_a_line_break_may_follow_it() => Assert.Empty(
        Sources(Path.Combine(Root, "src")).SelectMany(file => File.ReadLines(file)
            .Where(line => line.Contains("[GeneratedRegex(", StringComparison.Ordinal) && line.Contains("$\"", StringComparison.Ordinal))));

    static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories);

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Handstamp.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex(@"^using Handstamp\.Server\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex ServerFeature();

    [GeneratedRegex(@"\bstatic .*\bAdd\w+\(this (IServiceCollection|ILoggingBuilder|\w+Builder) ")]
    private static partial Regex Adding();

    [GeneratedRegex(@"\bI[A-Z]\w*Store\b")]
    private static partial Regex Store();

    [GeneratedRegex(@"^using Handstamp\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Library();
}
