using System.Buffers.Text;
using CsCheck;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class AuthenticTokenTests
{
    static readonly MacKey Key = new(3, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
    static readonly Guid SessionId = new("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e");
    static readonly string Valid = RefreshToken.Create(Key, SessionId, 42).Encode();
    static readonly Func<byte, MacKey?> Ring = id => id == Key.Id ? Key : null;

    [Fact]
    public void A_token_of_a_key_in_the_ring_is_authentic() =>
        Gen.Select(Gen.Byte, Gen.Byte.Array[32], Gen.Byte.Array[16], Gen.Int[1, int.MaxValue])
            .Sample((id, secret, session, generation) =>
            {
                var key = new MacKey(id, secret);
                var text = RefreshToken.Create(key, new Guid(session), generation).Encode();
                return AuthenticToken.TryParse(text, asked => asked == id ? key : null, out var token, out var fault)
                    && fault == RefreshTokenFault.None
                    && (token.KeyId, token.SessionId, token.Generation) == (id, new Guid(session), generation);
            });

    [Fact]
    public void Without_a_ring_no_text_is_parsed() =>
        Assert.Throws<ArgumentNullException>("findKey", () => AuthenticToken.TryParse("", null!, out _, out _));

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        for (var bit = 0; bit < 54 * 8; bit++)
        {
            var bytes = Base64Url.DecodeFromChars(Valid.AsSpan(4));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.False(AuthenticToken.TryParse("hsr_" + Base64Url.EncodeToString(bytes), Ring, out var token, out var fault), $"bit {bit}");
            Assert.Null(token);
            Assert.NotEqual(RefreshTokenFault.None, fault);
        }
    }

    [Theory]
    [InlineData("", RefreshTokenFault.Malformed)]
    [InlineData("hsr_", RefreshTokenFault.Malformed)]
    [InlineData("eyJhbGciOiJFUzI1NiJ9", RefreshTokenFault.Malformed)]
    public void A_text_without_the_form_is_malformed(string text, RefreshTokenFault expected) => AssertRefused(expected, text);

    [Fact]
    public void An_unknown_key_number_is_distinguished_from_a_wrong_MAC()
    {
        AssertRefused(RefreshTokenFault.UnknownKey, RefreshToken.Create(new MacKey(4, Key.ExportSecret()), SessionId, 42).Encode());
        AssertRefused(RefreshTokenFault.Forged, RefreshToken.Create(new MacKey(3, new byte[32]), SessionId, 42).Encode());
    }

    [Fact]
    public void No_key_checks_the_MAC_of_another_number()
    {
        var moved = RefreshToken.Create(new MacKey(4, Key.ExportSecret()), SessionId, 42).Encode();

        Assert.False(AuthenticToken.TryParse(moved, _ => Key, out _, out var fault));
        Assert.Equal(RefreshTokenFault.Forged, fault);
    }

    [Fact]
    public void A_forged_token_allocates_nothing_and_an_authentic_one_only_itself()
    {
        var forged = RefreshToken.Create(new MacKey(3, new byte[32]), SessionId, 42).Encode();
        long Allocated(string text)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            AuthenticToken.TryParse(text, Ring, out _, out _);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        _ = Allocated(Valid) + Allocated(forged);

        Assert.Equal(0, Allocated(forged));
        Assert.InRange(Allocated(Valid), 1, 48);
    }

    [Fact]
    public void The_text_of_a_token_shows_the_session_and_the_generation()
    {
        Assert.True(AuthenticToken.TryParse(Valid, Ring, out var token, out _));

        Assert.Equal("refresh token 42 of session 0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e", token.ToString());
    }

    static void AssertRefused(RefreshTokenFault expected, string text)
    {
        Assert.False(AuthenticToken.TryParse(text, Ring, out var token, out var fault));
        Assert.Equal((null, expected), (token, fault));
    }
}
