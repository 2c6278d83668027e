using CsCheck;
using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

public sealed class MasterKeyTests
{
    static readonly byte[] Secret = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];

    static MasterKey Of(byte filling) => new([.. Enumerable.Repeat(filling, MasterKey.Length)]);

    [Fact]
    public void What_was_sealed_opens_under_the_same_key_purpose_and_name()
    {
        using var master = Of(1);
        Assert.True(master.TryOpen(master.Seal(Secret, KeyPurpose.Sign, "a"), KeyPurpose.Sign, "a", out var opened));
        Assert.Equal(Secret, opened);
    }

    [Fact]
    public void It_opens_neither_under_another_key_nor_for_another_purpose_or_name()
    {
        using var master = Of(1);
        using var other = Of(2);
        var box = master.Seal(Secret, KeyPurpose.Sign, "a");
        Assert.False(other.TryOpen(box, KeyPurpose.Sign, "a", out _));
        Assert.False(master.TryOpen(box, KeyPurpose.Mac, "a", out _));
        Assert.False(master.TryOpen(box, KeyPurpose.Sign, "b", out _));
    }

    [Fact]
    public void No_changed_bit_and_no_shorter_box_opens()
    {
        using var master = Of(1);
        var box = master.Seal(Secret, KeyPurpose.Sign, "a");
        Gen.Int[0, box.Length * 8 - 1].Sample(bit =>
        {
            var changed = (byte[])box.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            return !master.TryOpen(changed, KeyPurpose.Sign, "a", out _);
        }, iter: 500);
        for (var length = 0; length < box.Length; length++)
            Assert.False(master.TryOpen(box.AsSpan(0, length), KeyPurpose.Sign, "a", out _));
    }

    [Fact]
    public void The_same_secret_is_never_sealed_to_the_same_bytes()
    {
        using var master = Of(1);
        Assert.NotEqual(master.Seal(Secret, KeyPurpose.Sign, "a"), master.Seal(Secret, KeyPurpose.Sign, "a"));
    }

    [Fact]
    public void Its_text_shows_a_fingerprint_alone()
    {
        using var master = Of(1);
        Assert.Matches("^master key [0-9a-f]{8}$", master.ToString());
    }
}
