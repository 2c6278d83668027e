using Handstamp.Server.Accounts.Passkeys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>What the service reads of a browser's answer before the handler sees it.</summary>
public sealed class CredentialAnswerTests
{
    static readonly byte[] Modulus = [.. Enumerable.Repeat((byte)0x01, 256)];

    [Theory]
    [InlineData("""{"type":"public-key","response":{"\ud800":1}}""")]
    [InlineData("""{"\ud800":1,"type":"public-key","response":{}}""")]
    [InlineData("""{"type":"public-key","response":{},"response":{}}""")]
    [InlineData("""{"type":"\ud800","response":{}}""")]
    [InlineData("""{"type":"public-key","response":[]}""")]
    [InlineData("{")]
    public void Text_that_is_no_credential_is_none(string json) => Assert.Null(CredentialAnswer.Parse(json));

    [Theory]
    [InlineData(true, 0x01, 0x00, 0x01)]
    [InlineData(false, 0x03, 0x00, 0x01)]
    [InlineData(false, 0x01, 0x00, 0x03)]
    [InlineData(false, 0x01, 0x00, 0x00, 0x00, 0x01)]
    public void A_key_for_RSA_has_the_exponent_65537(bool isOffered, params int[] exponent)
    {
        byte[] key =
        [
            0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00, .. Modulus,
            0x21, (byte)(0x40 | exponent.Length), .. exponent.Select(one => (byte)one),
        ];

        Assert.Equal(isOffered, CoseKey.IsOffered(key));
    }
}
