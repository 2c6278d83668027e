using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>Each feature is tested on each way to it, or the page says why there is no such way.</summary>
public sealed partial class FeaturesPageTests
{
    static readonly string Page = Repository.Read("docs/reference/features.md");

    static readonly IReadOnlyList<string[]> Features =
        [.. Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| **", StringComparison.Ordinal))
            .Skip(2).Select(line => line.Split('|')[1..^1])];

    [Fact]
    public void Every_route_belongs_to_a_feature_or_is_for_machines()
    {
        var missing = MappedRoutes.All.Where(route => !Page.Contains($"`{route.Name}`", StringComparison.Ordinal));
        Assert.Empty(missing.Select(route => $"Add `{route.Name}` to docs/reference/features.md."));
    }

    // MarkdownTests shows that the links lead somewhere.
    [Fact]
    public void Every_cell_has_a_test_or_a_reason()
    {
        Assert.NotEmpty(Features);
        Assert.All(Features, cells =>
        {
            Assert.Equal(7, cells.Length);
            Assert.Matches(Test(), cells[2]);
            Assert.All(cells[3..], cell => Assert.True(Test().IsMatch(cell) || Reason().IsMatch(cell), cell));
        });
    }

    [GeneratedRegex(@"\]\(\.\./\.\./(?:tests|clients)/\S+(?:Tests\.cs|\.mjs)\)")]
    private static partial Regex Test();

    [GeneratedRegex(@"\w+ \w+ \w+")]
    private static partial Regex Reason();
}
