using System.Text;
using Handstamp.Tokens.Jose;
using Xunit;

namespace Handstamp.Tokens.Tests.Jose;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData(" { \"a\" : [ 1 , { \"a\" : null } ] } \n")]
    [InlineData("{\"\\ud83d\\ude00\":\"\\ud83d\\ude00\\\\ud800\"}")]
    [InlineData("{\"a\":\"😀\"}")]
    public void An_object_is_read(string json)
    {
        using var document = StrictJson.ParseObject(Encoding.UTF8.GetBytes(json));

        Assert.NotNull(document);
    }

    [Fact]
    public void Sixteen_levels_are_read_and_seventeen_refused()
    {
        Assert.NotNull(Nested(StrictJson.MaxDepth));
        Assert.Null(Nested(StrictJson.MaxDepth + 1));

        static object? Nested(int depth) => StrictJson.ParseObject(Encoding.UTF8.GetBytes(
            $"{{\"a\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} 1")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":{\"b\":1,\"\\u0062\":1}}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":\"\\ude00\\ud83d\"}")]
    [InlineData("\uFEFF{}")]
    public void Anything_else_is_refused(string json) =>
        Assert.Null(StrictJson.ParseObject(Encoding.UTF8.GetBytes(json)));
}
