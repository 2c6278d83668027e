using System.Text.RegularExpressions;
using Handstamp.Server.Http;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>
/// The consequences of the error table. A new code is added to the table and gets a page. Each of these tests then
/// says, word for word, what else must be added where.
/// </summary>
public sealed class ErrorTableTests
{
    const string Index = "errors/README.md";
    const string DotNetClient = "src/Handstamp.Client/HandstampErrorCodes.cs";
    const string DotNetSurface = "src/Handstamp.Client/PublicAPI.Unshipped.txt";
    const string ReleasedSurface = "src/Handstamp.Client/PublicAPI.Shipped.txt";

    public static TheoryData<string> Codes => [.. Problems.All.Select(problem => problem.Code)];

    static IEnumerable<Problem> OfClients =>
        Problems.All.Where(problem => problem.MetBy == MetBy.Clients).OrderBy(problem => problem.Code, StringComparer.Ordinal);

    [Fact]
    public void Every_page_has_a_code_and_is_in_the_assembly()
    {
        var pages = typeof(Problems).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("errors/", StringComparison.Ordinal) && name != Index);

        Assert.Equal(Problems.All.Select(problem => $"errors/{problem.Code}.md").Order(), pages.Order());
    }

    [Theory, MemberData(nameof(Codes))]
    public void A_page_begins_with_the_text_of_the_error_table(string code)
    {
        var problem = Problems.All.Single(problem => problem.Code == code);
        var page = $"docs/errors/{code}.md";

        Assert.True(Repository.Has(page), $"{code} needs a page, {page}. It begins with:\n{Beginning(problem)}");
        Assert.True(
            Repository.Read(page).StartsWith(Beginning(problem), StringComparison.Ordinal),
            $"{page} must begin with:\n{Beginning(problem)}");
    }

    [Fact]
    public void The_index_is_the_error_table() => AssertHolds(
        "docs/errors/README.md", @"(?<=\|---\|\n)(\| \[.*\n)+(?!\| \[)",
        Problems.All.Select(problem =>
            $"| [{problem.Code}]({problem.Code}.md) | {problem.Status} | {YesOrNo(problem)} | {problem.Title} |"));

    // The client's own codes follow those of the service.
    [Fact]
    public void The_NET_client_has_a_constant_for_each_code_that_a_client_can_meet() => AssertHolds(
        DotNetClient, @"(?<=class HandstampErrorCodes\n\{\n)(?s:.*?)(?=    /// <summary>The service could not be reached)",
        OfClients.Select(problem =>
            $"    /// <summary>{problem.Title}</summary>\n    public const string {NameOf(problem)} = \"{problem.Code}\";"));

    [Fact]
    public void The_surface_of_the_NET_client_lists_these_constants()
    {
        string[] lines = [.. Repository.Read(ReleasedSurface).Split('\n'), .. Repository.Read(DotNetSurface).Split('\n')];
        Assert.All(OfClients, problem =>
        {
            var line = $"const Handstamp.Client.HandstampErrorCodes.{NameOf(problem)} = \"{problem.Code}\" -> string!";
            Assert.True(lines.Contains(line), $"{DotNetSurface} needs the line:\n{line}");
        });
    }

    [Fact]
    public void The_browser_client_has_each_code_that_a_client_can_meet() => AssertHolds(
        "clients/browser/src/errors.ts", "(?<=type ServiceCode =)[^;]*",
        OfClients.Select(problem => $"  | '{problem.Code}'"));

    [Fact]
    public void The_OpenAPI_document_lists_each_code_that_an_answer_of_the_API_can_have() => AssertHolds(
        "docs/reference/openapi.json", """(?<="description": "Stable\. Programs use it to decide what to do\.",\s+"enum": \[\s+)"[^\]]*"(?=\s+\])""",
        Problems.All.Where(problem => problem.MetBy != MetBy.Pages).Select(problem => $"\"{problem.Code}\""), between: ", ");

    // RFC 6749 §5.2, and within the quotes of a challenge.
    [Theory, MemberData(nameof(Codes))]
    public void A_title_is_valid_as_an_OAuth_error_description(string code) =>
        Assert.Matches(@"^[\x20\x21\x23-\x5B\x5D-\x7E]+$", Problems.All.Single(problem => problem.Code == code).Title);

    static string Beginning(Problem problem) => $"""
        # {problem.Code}

        {problem.Title}

        | status | definitive |
        |---|---|
        | {problem.Status} | {YesOrNo(problem)} |

        ## When it is sent

        """;

    // The file decides where lines break.
    static void AssertHolds(string file, string place, IEnumerable<string> entries, string between = "\n")
    {
        var (all, found) = (entries.ToList(), Unbroken(Regex.Match(Repository.Read(file), place).Value));
        var missing = all.Where(entry => !found.Contains(Unbroken(entry), StringComparison.Ordinal)).ToList();
        Assert.True(
            found == Unbroken(string.Join(between, all)),
            missing.Count > 0
                ? $"{file} lacks these, each at its place in the order:\n{string.Join('\n', missing)}"
                : $"{file} must have these and no others, in this order:\n{string.Join('\n', all)}");
    }

    static string Unbroken(string text) => Regex.Replace(text, @"\s+", " ").Trim();

    static string NameOf(Problem problem) =>
        string.Concat(problem.Code.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    static string YesOrNo(Problem problem) => problem.Definitive ? "yes" : "no";
}
