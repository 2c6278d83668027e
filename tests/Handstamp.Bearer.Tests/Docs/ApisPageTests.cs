using System.Reflection;
using System.Text.RegularExpressions;
using Handstamp.Bearer.Verification;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.Docs;

/// <summary>docs/guide/apis.md has every refusal with the words of the answer, and every option.</summary>
public sealed partial class ApisPageTests
{
    static readonly string Page = Repository.Read("docs/guide/apis.md");

    [Fact]
    public void The_page_has_every_description_of_a_refusal()
    {
        var at = DateTimeOffset.UnixEpoch;
        TokenVerdict.Refused[] refusals =
        [
            .. typeof(TokenVerdict.Refused).GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                .Select(field => field.GetValue(null)).OfType<TokenVerdict.Refused>(),
            TokenVerdict.Refused.Expired(at),
            TokenVerdict.Refused.Proof("1970-01-01T00:00:00Z"),
            TokenVerdict.Refused.For(new AccessTokenOutcome.NotYetValid(at)),
            TokenVerdict.Refused.For(new AccessTokenOutcome.Malformed("1970-01-01T00:00:00Z")),
        ];

        Assert.Equal(
            refusals.Select(refusal => refusal.Description.Replace("1970-01-01T00:00:00Z", "…", StringComparison.Ordinal)).Order(),
            DescriptionRow().Matches(Page).Select(row => row.Groups[1].Value).Order());
    }

    [Fact]
    public void The_page_has_every_option()
    {
        Assert.Equal(
            typeof(HandstampBearerOptions).GetProperties().Select(property => property.Name).Order(),
            OptionRow().Matches(Page.Split("### Options")[1].Split("### Revocations")[0]).Select(row => row.Groups[1].Value).Order());
    }

    // | `The token …` | … |
    [GeneratedRegex(@"^\| `(Th[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex DescriptionRow();

    // | `Authority` | … | … |
    [GeneratedRegex(@"^\| `([A-Z]\w+)` \| [^|]*\| [^|]*\|$", RegexOptions.Multiline)]
    private static partial Regex OptionRow();
}
