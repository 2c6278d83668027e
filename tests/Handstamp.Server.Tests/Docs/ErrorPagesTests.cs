using Handstamp.Server.Http;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>The pages of the error codes, as they are in the assembly that serves them.</summary>
public sealed class ErrorPagesTests
{
    const string Index = "errors/README.md";

    public static TheoryData<string> Codes => [.. Problems.All.Select(problem => problem.Code)];

    [Fact]
    public void Every_code_has_a_page_and_no_page_is_without_a_code()
    {
        var pages = typeof(Problems).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("errors/", StringComparison.Ordinal) && name != Index);

        Assert.Equal(Problems.All.Select(problem => $"errors/{problem.Code}.md").Order(), pages.Order());
    }

    [Theory, MemberData(nameof(Codes))]
    public void A_page_begins_with_what_the_error_table_says(string code)
    {
        var problem = Problems.All.Single(problem => problem.Code == code);

        Assert.StartsWith($"""
            # {problem.Code}

            {problem.Title}

            | status | definitive |
            |---|---|
            | {problem.Status} | {YesOrNo(problem)} |

            ## When it is sent

            """, Repository.Read($"docs/errors/{code}.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_index_is_the_error_table()
    {
        var rows = Repository.Read("docs/errors/README.md").Split('\n')
            .Where(line => line.StartsWith("| [", StringComparison.Ordinal));

        Assert.Equal(
            Problems.All.Select(problem =>
                $"| [{problem.Code}]({problem.Code}.md) | {problem.Status} | {YesOrNo(problem)} | {problem.Title} |"),
            rows);
    }

    static string YesOrNo(Problem problem) => problem.Definitive ? "yes" : "no";
}
