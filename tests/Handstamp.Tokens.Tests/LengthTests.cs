using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests;

/// <summary>Inputs of exactly the maximum length, and inputs that are longer by one.</summary>
public sealed class LengthTests
{
    const int MaxKeyId = 256;
    const int MaxKey = 16 * 1024;
    const int MaxToken = 8192;

    [Fact]
    public void A_kid_of_256_characters_is_looked_up_and_a_longer_one_is_not()
    {
        var longest = new string('k', MaxKeyId);

        Assert.Equal(new AccessTokenOutcome.UnknownKey(longest), Given.Verify(Given.WithHeader(header => header["kid"] = longest)));
        Assert.IsType<AccessTokenOutcome.Malformed>(Given.Verify(Given.WithHeader(header => header["kid"] = longest + "k")));
    }

    [Fact]
    public void A_key_of_16_KiB_is_read_and_a_longer_one_is_not()
    {
        Assert.True(JsonWebKey.TryParse(KeyOf(MaxKey), out var key));
        Assert.Equal(Given.Key.PublicKey.Thumbprint, key.Thumbprint);
        Assert.False(JsonWebKey.TryParse(KeyOf(MaxKey + 1), out _));
    }

    [Fact]
    public void A_token_of_8192_characters_is_made_and_read_and_a_longer_one_is_neither()
    {
        // A payload of 5995 bytes, with this header and signature.
        var rest = Base64Url.DecodeFromChars(TokenOf(0).ToJwt(Given.Key).Split('.')[1]).Length;
        var longest = TokenOf(5995 - rest).ToJwt(Given.Key);

        Assert.Equal(MaxToken, longest.Length);
        Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(longest));
        Assert.Equal(new AccessTokenOutcome.Malformed("longer than 8192 characters"), Given.Verify(longest + "A"));
        Assert.Throws<InvalidOperationException>(() => TokenOf(5996 - rest).ToJwt(Given.Key));
    }

    static AccessToken TokenOf(int length) =>
        Given.Token with { Others = [new("note", new string('x', length), TokenClaimKind.String)] };

    static byte[] KeyOf(int length)
    {
        var json = JsonNode.Parse(new JsonWebKeySet([Given.Key.PublicKey]).ToJson())!["keys"]![0]!.ToJsonString();
        return Encoding.UTF8.GetBytes(json.Replace("{", "{" + new string(' ', length - json.Length), StringComparison.Ordinal));
    }
}
