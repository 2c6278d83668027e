using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>The callbacks that docs/guide/former-system.md shows are those that run in the tests.</summary>
public sealed partial class FormerSystemPageTests
{
    static readonly string Run =
        Plain(Repository.Read("tests/Handstamp.Server.Tests/SignIn/Former/IdentityApiTests.cs"))
        + Plain(Repository.Read("tests/Handstamp.Server.Tests/SignIn/Former/OpenIddictTests.cs"));

    [Fact]
    public void Every_callback_of_the_page_is_run()
    {
        var blocks = Block().Matches(Repository.Read("docs/guide/former-system.md")).Select(block => Plain(block.Groups[1].Value)).ToList();

        Assert.Equal(4, blocks.Count);
        Assert.All(blocks, block => Assert.Contains(block, Run, StringComparison.Ordinal));
    }

    static string Plain(string code) => Space().Replace(code, " ").Trim();

    [GeneratedRegex(@"<!-- Run by a test\. -->\s+```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
