using Handstamp.Server.Accounts.Profiles;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Profiles;

public sealed class LanguageTagTests
{
    [Theory]
    [InlineData("de", true)]
    [InlineData("gsw", true)]
    [InlineData("de-AT", true)]
    [InlineData("de-1996", true)]
    [InlineData("zh-Hans-CN", true)]
    [InlineData("de-x-a", true)]
    [InlineData("de-abcdefgh", true)]
    [InlineData("de-abcdefghi", false)]
    [InlineData("", false)]
    [InlineData("d", false)]
    [InlineData("deut", false)]
    [InlineData("d1", false)]
    [InlineData("d\u00e9", false)]
    [InlineData("de-", false)]
    [InlineData("-de", false)]
    [InlineData("de--AT", false)]
    [InlineData("de-A_", false)]
    [InlineData("de-\u00d6", false)]
    [InlineData("de AT", false)]
    [InlineData("de-abcdefgh-abcdefgh-abcdefgh-abcde", true)] // 35 characters
    [InlineData("de-abcdefgh-abcdefgh-abcdefgh-abcdef", false)]
    public void A_tag_has_a_language_and_short_parts(string tag, bool isValid) => Assert.Equal(isValid, LanguageTag.IsValid(tag));
}
