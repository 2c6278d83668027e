using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Handstamp.Tokens.Tests.Attacks;

/// <summary>
/// What the attacks in this folder start from, and the required outcome. Each attack is known against some JWT library,
/// or is one that a standard warns about, and names its source.
/// </summary>
static class Attack
{
    public static readonly string Valid = Given.WithClaims(_ => { });
    public static readonly string[] Segments = Valid.Split('.');

    public static string Jwk(JsonWebKey key)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static void AssertUnknown(string keyId) =>
        Assert.Equal(new AccessTokenOutcome.UnknownKey(keyId), Given.Verify(Given.WithHeader(h => h["kid"] = keyId)));

    public static void AssertBadSignature(byte[] signature) =>
        AssertBadSignature($"{Segments[0]}.{Segments[1]}.{Base64Url.EncodeToString(signature)}");

    public static void AssertBadSignature(string jwt) => Assert.Equal(new AccessTokenOutcome.BadSignature(), Given.Verify(jwt));

    public static void AssertMalformed(string jwt) => Assert.IsType<AccessTokenOutcome.Malformed>(Given.Verify(jwt));

    public static void AssertRefused(string jwt) => Assert.IsNotType<AccessTokenOutcome.Verified>(Given.Verify(jwt));
}
