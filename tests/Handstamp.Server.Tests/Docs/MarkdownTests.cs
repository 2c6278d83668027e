using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>What the pages point to is there.</summary>
public sealed partial class MarkdownTests
{
    public static TheoryData<string> Pages => [.. Repository.Files("", "*.md", SearchOption.TopDirectoryOnly), .. Repository.Files("docs", "*.md")];

    [Theory, MemberData(nameof(Pages))]
    public void Every_link_into_the_repository_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(page)!;
        Assert.All(Link().Matches(Repository.Read(page)), link => Assert.True(
            Repository.Has(Path.Combine(folder, link.Groups[1].Value)), $"{page} links to {link.Groups[1].Value}, which is not there."));
    }

    [Fact]
    public void The_libraries_that_the_README_tells_to_reference_are_there()
    {
        var named = Referenced().Matches(Repository.Read("README.md")).Select(path => path.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(Repository.Has(path), path));
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

    static string Title(string page) => page[2..page.IndexOf('\n', StringComparison.Ordinal)];

    [GeneratedRegex(@"\.\./handstamp/(\S+)")]
    private static partial Regex Referenced();

    // Neither an address elsewhere nor a place on the same page.
    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(\w+(?:Tests|Contract))`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\| \[(\d+)\]\(([^)]+)\) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Decision();
}
