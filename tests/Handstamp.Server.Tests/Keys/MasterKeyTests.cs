using CsCheck;
using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

public sealed class MasterKeyTests
{
    static readonly byte[] Secret = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];

    static MasterKey Of(byte filling) => new([.. Enumerable.Repeat(filling, MasterKey.Length)]);

    [Fact]
    public void A_sealed_box_opens_with_the_same_key_purpose_and_name()
    {
        using var master = Of(1);
        Assert.True(master.TryOpen(master.Seal(Secret, KeyPurpose.Sign, "a"), KeyPurpose.Sign, "a", out var opened));
        Assert.Equal(Secret, opened);
    }

    [Fact]
    public void A_sealed_box_does_not_open_with_another_key_purpose_or_name()
    {
        using var master = Of(1);
        using var other = Of(2);
        var box = master.Seal(Secret, KeyPurpose.Sign, "a");
        Assert.False(other.TryOpen(box, KeyPurpose.Sign, "a", out _));
        Assert.False(master.TryOpen(box, KeyPurpose.Mac, "a", out _));
        Assert.False(master.TryOpen(box, KeyPurpose.Sign, "b", out _));
    }

    [Fact]
    public void A_box_with_a_changed_bit_or_a_shorter_box_does_not_open()
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
    public void The_text_of_a_master_key_shows_only_a_fingerprint()
    {
        using var master = Of(1);
        Assert.Matches("^master key [0-9a-f]{8}$", master.ToString());
    }
}
