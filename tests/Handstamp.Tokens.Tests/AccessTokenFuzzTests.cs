using System.Buffers.Text;
using System.Text;
using Xunit;

namespace Handstamp.Tokens.Tests;

/// <summary>Valid tokens, changed at random by a fixed seed: none throws, and none is verified.</summary>
public sealed class AccessTokenFuzzTests
{
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \0\n\"{}é\uD800";

    static readonly string Valid = Given.Token.ToJwt(Given.Key);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_changed_token_is_verified(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var jwt = Changed(Valid, random);
            if (jwt != Valid)
                Assert.IsNotType<AccessTokenOutcome.Verified>(Given.Verify(jwt));
        }
    }

    // A signature that is right lets every fault through to the reader of the claims.
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void No_signed_claims_make_the_reader_throw(int seed)
    {
        var random = new Random(seed);
        var claims = Encoding.UTF8.GetBytes(Given.Claims.ToJsonString());
        var header = Given.Segment(Given.Header.ToJsonString());
        for (var round = 0; round < 2000; round++)
            Given.Verify(Given.SignedSegments(header, Base64Url.EncodeToString(Changed(claims, random))));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void No_header_makes_the_reader_throw(int seed)
    {
        var random = new Random(seed);
        var header = Encoding.UTF8.GetBytes(Given.Header.ToJsonString());
        var claims = Given.Segment(Given.Claims.ToJsonString());
        for (var round = 0; round < 2000; round++)
            Given.Verify(Given.SignedSegments(Base64Url.EncodeToString(Changed(header, random)), claims));
    }

    static string Changed(string text, Random random)
    {
        var changed = new StringBuilder(text);
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(changed.Length);
            var character = Alphabet[random.Next(Alphabet.Length)];
            _ = random.Next(4) switch
            {
                0 => changed.Insert(at, character),
                1 => changed.Remove(at, Math.Min(random.Next(1, 20), changed.Length - at)),
                2 => changed.Append(text.AsSpan(at % text.Length)),
                _ => changed.Replace(changed[at], character, at, 1),
            };
        }

        return changed.ToString();
    }

    static byte[] Changed(byte[] bytes, Random random)
    {
        var changed = bytes.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(3))
            {
                case 0:
                    changed.Insert(at, (byte)random.Next(256));
                    break;
                case 1:
                    changed.RemoveAt(at);
                    break;
                default:
                    changed[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. changed];
    }
}
