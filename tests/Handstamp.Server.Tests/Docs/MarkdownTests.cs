using System.Globalization;
using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>The targets of the documentation's links exist.</summary>
public sealed partial class MarkdownTests
{
    public static TheoryData<string> Pages => [.. Repository.Files("", "*.md", SearchOption.TopDirectoryOnly), .. Repository.Files("docs", "*.md")];

    [Theory, MemberData(nameof(Pages))]
    public void Every_link_into_the_repository_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(page)!;
        Assert.All(Link().Matches(Repository.Read(page)), link => Assert.True(
            Repository.Has(Path.Combine(folder, link.Groups[1].Value)), $"{page} links to {link.Groups[1].Value}, which does not exist."));
    }

    [Fact]
    public void The_libraries_that_the_README_names_exist()
    {
        var named = Referenced().Matches(Repository.Read("README.md")).Select(name => name.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(Repository.Has($"src/{name}"), name));
    }

    [Fact]
    public void Every_test_that_the_threat_model_names_exists()
    {
        var tests = new[] { "tests", "proof" }.SelectMany(folder => Repository.Files(folder, "*.cs")).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.All(TestName().Matches(Repository.Read("SECURITY.md")), name => Assert.Contains(name.Groups[1].Value, tests));
    }

    [Fact]
    public void The_index_of_the_decisions_has_each_of_them()
    {
        var pages = Repository.Files("docs/decisions", "0*.md").Select(page => (Path.GetFileName(page), Title(Repository.Read(page))));
        var rows = Decision().Matches(Repository.Read("docs/decisions/README.md"))
            .Select(row => (row.Groups[2].Value, $"{row.Groups[1].Value} {row.Groups[3].Value}"));
        Assert.Equal(pages.Order(), rows);
    }

    [Fact]
    public void The_index_of_the_decisions_explains_each_number()
    {
        var given = Repository.Files("docs/decisions", "0*.md").Select(page => Number(Path.GetFileName(page)[..4])).ToHashSet();
        var unused = NotUsed().Match(Repository.Read("docs/decisions/README.md")).Groups[1].Captures.Select(number => Number(number.Value));
        Assert.Equal(Enumerable.Range(1, given.Max()).Except(given), unused);

        static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Every_decision_has_its_date_and_says_whether_it_is_in_force() => Assert.All(
        Repository.Files("docs/decisions", "0*.md"),
        page => Assert.Matches(@"\A# .+\n\n\d{1,2} [A-Z][a-z]+ 20\d\d\. (In force|No longer in force)\b", Repository.Read(page)));

    [Fact]
    public void Every_file_and_folder_that_the_architecture_page_names_exists()
    {
        var page = Repository.Read("docs/architecture.md");
        var files = new[] { "src", "clients/browser/src", "docs", "tests" }.SelectMany(folder => Repository.Files(folder, "*"))
            .Concat(Repository.Files("", "*.md", SearchOption.TopDirectoryOnly)).Select(file => $"/{file}").ToList();
        var named = FileName().Matches(page).Select(name => name.Value).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(files.Exists(file => file.EndsWith($"/{name}", StringComparison.Ordinal)), name));
        Assert.All(FolderName().Matches(page).Select(name => name.Groups[1].Value), folder => Assert.True(
            Repository.Has(folder) || Repository.Has(Path.Combine("src/Handstamp.Server", folder)), folder));
    }

    static string Title(string page) => page[2..page.IndexOf('\n', StringComparison.Ordinal)];

    [GeneratedRegex(@"`(Handstamp\.[\w.]+)`")]
    private static partial Regex Referenced();

    // Neither a link to another site nor a link within the page.
    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(\w+(?:Tests|Contract))`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^These numbers were not used:(?:,? (\d{4}))+\.$", RegexOptions.Multiline)]
    private static partial Regex NotUsed();

    // In the text and in the drawing. Another test covers the targets of links.
    [GeneratedRegex(@"(?<![\w(/.…])\w[\w./-]*\.(?:cs|sql|ts|mjs|json|md)\b")]
    private static partial Regex FileName();

    [GeneratedRegex(@"`([\w.]+(?:/[\w.]+)*/)`")]
    private static partial Regex FolderName();

    [GeneratedRegex(@"^\| \[(\d+)\]\(([^)]+)\) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Decision();
}
