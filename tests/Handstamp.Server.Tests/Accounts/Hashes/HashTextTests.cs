using System.Text;
using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

/// <summary>The two kinds of base64 in the texts of hashes, and how texts are compared.</summary>
public sealed class HashTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("QQ", "A")]
    [InlineData("QQ==", "A")]
    [InlineData("QUI", "AB")]
    [InlineData("QUI=", "AB")]
    [InlineData("QUJD", "ABC")]
    [InlineData("QUJDRA", "ABCD")]
    [InlineData("QUJDREVG", "ABCDEF")]
    public void Base64_is_read_with_and_without_padding(string text, string bytes) =>
        Assert.Equal(Encoding.ASCII.GetBytes(bytes), HashText.FromBase64(text));

    [Fact]
    public void A_period_is_the_plus_of_passlib()
    {
        Assert.Equal((byte[])[0xFB, 0xFF], HashText.FromBase64("+/8")!);
        Assert.Equal((byte[])[0xFB, 0xFF], HashText.FromBase64("./8")!);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("QUJDR")]
    [InlineData("QQ=Q")]
    [InlineData("Q!")]
    [InlineData("Q-_Q")]
    public void Anything_else_is_not_base64(string text) => Assert.Null(HashText.FromBase64(text));

    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("", "", true)]
    [InlineData("abc", "abd", false)]
    [InlineData("abc", "ABC", false)]
    [InlineData("abc", "ab", false)]
    [InlineData("ab", "abc", false)]
    public void Texts_are_equal_in_all_letters_or_not_at_all(string one, string other, bool areEqual) =>
        Assert.Equal(areEqual, HashText.AreEqual(one, other));

    [Fact]
    public void The_base64_of_crypt_has_the_lowest_bits_first_and_no_padding()
    {
        Assert.Equal("", CryptText.Of([1], []));
        Assert.Equal("z1", CryptText.Of([0xFF], [0]));
        Assert.Equal("/wD", CryptText.Of([0xFF, 1], [0, 1]));
        Assert.Equal("..E.", CryptText.Of([1, 0, 0], [0, 1, 2]));
        Assert.Equal("/...", CryptText.Of([1, 0, 0], [2, 1, 0]));
        Assert.Equal("/2E./.", CryptText.Of([1], [0, 0, 0, 0]));
    }
}
