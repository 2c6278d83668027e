using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class RefreshTokenTests
{
    static readonly MacKey Key = new(3, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
    static readonly Guid SessionId = new("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e");
    static readonly string Valid = RefreshToken.Create(Key, SessionId, 42).Encode();

    [Fact]
    public void The_encoding_is_fixed()
    {
        byte[] head = [1, 3, .. SessionId.ToByteArray(bigEndian: true), 0, 0, 0, 42];
        byte[] token = [.. head, .. HMACSHA256.HashData(Key.ExportSecret(), head)];

        Assert.Equal("hsr_" + Base64Url.EncodeToString(token), Valid);
        Assert.Equal(RefreshToken.Length, Valid.Length);
    }

    [Fact]
    public void A_key_makes_and_checks_tokens_for_many_threads_at_once()
    {
        var right = ParallelEnumerable.Range(1, 10_000).WithDegreeOfParallelism(8)
            .All(generation => RefreshToken.Create(Key, SessionId, generation) is var token
                && token.IsAuthentic(Key)
                && token == RefreshToken.Create(new MacKey(Key.Id, Key.ExportSecret()), SessionId, generation));

        Assert.True(right);
    }

    [Fact]
    public void An_encoded_token_is_read_unchanged() =>
        Gen.Select(Gen.Byte, Gen.Byte.Array[32], Gen.Byte.Array[16], Gen.Int[1, int.MaxValue])
            .Sample((id, secret, session, generation) =>
            {
                var key = new MacKey(id, secret);
                var token = RefreshToken.Create(key, new Guid(session), generation);
                return RefreshToken.TryParse(token.Encode(), out var read)
                    && read == token
                    && read.GetHashCode() == token.GetHashCode()
                    && (read.KeyId, read.SessionId, read.Generation) == (id, new Guid(session), generation)
                    && read.IsAuthentic(key)
                    && read.Encode() == token.Encode();
            });

    [Fact]
    public void A_generation_can_be_encoded_again_at_any_time() =>
        Assert.Equal(Valid, RefreshToken.Create(new MacKey(3, Key.ExportSecret()), SessionId, 42).Encode());

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_generation_less_than_one_is_never_made(int generation) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RefreshToken.Create(Key, SessionId, generation));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_generation_less_than_one_is_refused_although_its_MAC_is_right(int generation) =>
        AssertRefused(Authentic(bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(18), generation)));

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Another_version_is_refused_although_its_MAC_is_right(byte version) =>
        AssertRefused(Authentic(bytes => bytes[0] = version));

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        for (var bit = 0; bit < 54 * 8; bit++)
        {
            var bytes = Base64Url.DecodeFromChars(Valid.AsSpan(4));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var text = "hsr_" + Base64Url.EncodeToString(bytes);

            Assert.False(RefreshToken.TryParse(text, out var token) && token.IsAuthentic(Key), $"bit {bit}");
        }
    }

    [Fact]
    public void Every_changed_character_is_noticed()
    {
        foreach (var at in Enumerable.Range(0, Valid.Length))
        {
            foreach (var other in Enumerable.Range(0, 256).Select(code => (char)code).Where(c => c != Valid[at]))
            {
                var text = string.Concat(Valid.AsSpan(0, at), [other], Valid.AsSpan(at + 1));
                Assert.False(RefreshToken.TryParse(text, out var token) && token.IsAuthentic(Key), $"{other} at {at}");
            }
        }
    }

    [Fact]
    public void Every_other_length_is_refused()
    {
        for (var length = 0; length < Valid.Length; length++)
            AssertRefused(Valid[..length]);
        AssertRefused(Valid + "A");
        AssertRefused(Valid + Valid);
        AssertRefused(Valid + new string('A', 1 << 20));
    }

    [Fact]
    public void There_is_only_one_encoding()
    {
        AssertRefused(Valid + "=");
        AssertRefused(Valid[..^1] + "=");
        AssertRefused(Valid[..^2] + "==");
        AssertRefused(" " + Valid);
        AssertRefused(Valid + "\n");
        AssertRefused(Valid[..20] + " " + Valid[21..]);
        AssertRefused(Valid.Insert(20, "\r\n"));
        AssertRefused("HSR_" + Valid[4..]);
        AssertRefused("hsr-" + Valid[4..]);
        AssertRefused(Valid[4..].PadRight(76, 'A'));
        AssertRefused("\uFEFF" + Valid);
    }

    [Fact]
    public void The_other_base64_alphabet_is_refused()
    {
        var text = RefreshToken.Create(Key, Guid.AllBitsSet, int.MaxValue).Encode();
        Assert.Contains('_', text[4..]);

        AssertRefused("hsr_" + text[4..].Replace('_', '/').Replace('-', '+'));
    }

    [Fact]
    public void A_character_outside_ASCII_is_refused()
    {
        AssertRefused(Valid[..^1] + "\u0141");
        AssertRefused(Valid[..^1] + "\uD800");
        AssertRefused(Valid[..^1] + "\uFF21");
        AssertRefused(Valid[..^1] + "\0");
    }

    [Fact]
    public void Another_key_is_noticed()
    {
        var token = RefreshToken.Create(Key, SessionId, 42);

        Assert.False(token.IsAuthentic(new MacKey(3, new byte[32])));
        Assert.False(token.IsAuthentic(new MacKey(4, Key.ExportSecret())));
    }

    [Fact]
    public void The_empty_token_is_never_authentic()
    {
        Assert.False(default(RefreshToken).IsAuthentic(new MacKey(0, new byte[32])));
        Assert.False(RefreshToken.TryParse("", out var token));
        Assert.Equal(default, token);
    }

    [Fact]
    public void The_text_of_a_token_never_shows_the_MAC()
    {
        Assert.True(RefreshToken.TryParse(Valid, out var token));

        Assert.Equal("refresh token 42 of session 0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e", token.ToString());
    }

    [Fact]
    public void A_token_equals_only_itself()
    {
        Assert.True(RefreshToken.TryParse(Valid, out var token));

        Assert.True(token.Equals((object)RefreshToken.Create(Key, SessionId, 42)));
        Assert.False(token.Equals("hsr_"));
        Assert.True(token != RefreshToken.Create(Key, SessionId, 43));
        Assert.True(token != RefreshToken.Create(new MacKey(3, new byte[32]), SessionId, 42));
    }

    [Theory]
    [InlineData("hsr_", true)]
    [InlineData("hsr_anything", true)]
    [InlineData("HSR_", false)]
    [InlineData("hsr", false)]
    [InlineData(" hsr_", false)]
    [InlineData("eyJhbGciOiJFUzI1NiJ9", false)]
    public void The_prefix_shows_what_looks_like_a_refresh_token(string text, bool looks) =>
        Assert.Equal(looks, RefreshToken.LooksLikeOne(text));

    [Fact]
    public void Reading_and_checking_allocate_nothing()
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(Valid);
        bool Check() => RefreshToken.TryParse(Valid, out var token) && token.IsAuthentic(Key)
            && RefreshToken.TryParse(utf8, out token) && token.IsAuthentic(Key);
        Check();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var good = Check();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(good);
    }

    static string Authentic(Action<byte[]> change)
    {
        var bytes = Base64Url.DecodeFromChars(Valid.AsSpan(4));
        change(bytes);
        HMACSHA256.HashData(Key.ExportSecret(), bytes.AsSpan(0, 22), bytes.AsSpan(22));
        return "hsr_" + Base64Url.EncodeToString(bytes);
    }

    static void AssertRefused(string text)
    {
        Assert.False(RefreshToken.TryParse(text, out _), text);
        Assert.False(RefreshToken.TryParse(Encoding.UTF8.GetBytes(text), out _), text);
    }
}
