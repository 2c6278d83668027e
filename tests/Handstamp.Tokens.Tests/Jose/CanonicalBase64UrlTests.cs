using System.Buffers.Text;
using System.Text;
using CsCheck;
using Handstamp.Tokens.Jose;
using Xunit;

namespace Handstamp.Tokens.Tests.Jose;

public sealed class CanonicalBase64UrlTests
{
    // RFC 4648 §10, without the padding.
    [Theory]
    [InlineData("Zg", "f")]
    [InlineData("Zm8", "fo")]
    [InlineData("Zm9v", "foo")]
    [InlineData("Zm9vYg", "foob")]
    [InlineData("Zm9vYmE", "fooba")]
    [InlineData("Zm9vYmFy", "foobar")]
    public void The_vectors_of_RFC_4648_are_read(string text, string value) =>
        Assert.Equal(value, Encoding.ASCII.GetString(CanonicalBase64Url.Decode(text)!));

    [Theory]
    [InlineData("")]
    [InlineData("Z")]
    [InlineData("Zg==")]
    [InlineData("Zm8=")]
    [InlineData("Zg%3D%3D")]
    [InlineData("Zm9vZ")]
    [InlineData("Zm 9v")]
    [InlineData(" Zm9v")]
    [InlineData("Zm9v\n")]
    [InlineData("Zm9v\0")]
    [InlineData("Zm+v")]
    [InlineData("Zm/v")]
    [InlineData("Zmäv")]
    public void Every_other_spelling_is_refused(string text) => Assert.Null(CanonicalBase64Url.Decode(text));

    [Fact]
    public void Unused_bits_must_be_zero()
    {
        foreach (var last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        {
            Assert.Equal("AQgw".Contains(last, StringComparison.Ordinal), CanonicalBase64Url.Decode($"A{last}") is not null);
            Assert.Equal(
                "AEIMQUYcgkosw048".Contains(last, StringComparison.Ordinal),
                CanonicalBase64Url.Decode($"AA{last}") is not null);
        }
    }

    [Fact]
    public void Every_accepted_text_is_spelled_as_it_would_be_written() =>
        Gen.String[Gen.Char["ABQgwz09-_=+/ "], 1, 12].Sample(text =>
            CanonicalBase64Url.Decode(text) is not { } bytes || Base64Url.EncodeToString(bytes) == text);
}
