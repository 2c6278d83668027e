using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class JwsAlgorithmTests
{
    [Fact]
    public void An_algorithm_is_found_by_its_name()
    {
        Assert.Same(JwsAlgorithm.Es256, JwsAlgorithm.Find("ES256"));
        Assert.Same(JwsAlgorithm.Rs256, JwsAlgorithm.Find("RS256"));
        Assert.Equal("ES256", JwsAlgorithm.Es256.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("es256")]
    [InlineData("ES256 ")]
    [InlineData("ES384")]
    [InlineData("PS256")]
    [InlineData("RS1")]
    [InlineData("EdDSA")]
    public void An_algorithm_that_is_not_in_the_table_does_not_exist(string name) => Assert.Null(JwsAlgorithm.Find(name));
}
