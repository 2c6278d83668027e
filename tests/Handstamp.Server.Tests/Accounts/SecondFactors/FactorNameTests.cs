using Handstamp.Server.Accounts.SecondFactors;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>The name of an authenticator app.</summary>
public sealed class FactorNameTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("a", true)]
    [InlineData("My phone", true)]
    [InlineData("", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u007f", false)]
    public void A_name_is_one_line_of_text(string? name, bool isName) => Assert.Equal(isName, SecondFactorOperations.IsName(name));

    [Fact]
    public void A_name_has_at_most_64_characters()
    {
        Assert.True(SecondFactorOperations.IsName(new string('n', 64)));
        Assert.False(SecondFactorOperations.IsName(new string('n', 65)));
        Assert.Equal((5, 64), (SecondFactorOperations.MaxApps, SecondFactorOperations.MaxName));
    }
}
