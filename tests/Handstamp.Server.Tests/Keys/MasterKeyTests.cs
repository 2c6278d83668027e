using System.Text;
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

    [Theory]
    [InlineData(nameof(KeyPurpose.Sign), "handstamp Sign a")]
    [InlineData(nameof(KeyPurpose.Mac), "handstamp Mac a")]
    [InlineData(nameof(KeyPurpose.Data), "handstamp 2 a")]
    [InlineData(nameof(KeyPurpose.Seal), "handstamp 3 a")]
    public void The_label_of_a_box_stays_as_it_is_stored(string purpose, string label)
    {
        using var master = Of(1);
        var box = master.Seal(Secret, Enum.Parse<KeyPurpose>(purpose), "a");

        Assert.True(SealedBox.TryOpen([.. Enumerable.Repeat((byte)1, MasterKey.Length)], box, Encoding.UTF8.GetBytes(label), out var opened));
        Assert.Equal(Secret, opened);
    }

    [Fact]
    public void A_box_holds_a_nonce_the_secret_and_a_tag()
    {
        using var master = Of(1);

        Assert.Equal(12 + 16, master.Seal([], KeyPurpose.Sign, "a").Length);
        Assert.True(master.TryOpen(master.Seal([], KeyPurpose.Sign, "a"), KeyPurpose.Sign, "a", out var opened));
        Assert.Empty(opened);
    }

    [Fact]
    public void A_master_key_is_its_32_bytes()
    {
        using MasterKey one = Of(1), same = Of(1), other = Of(2);
        using var made = MasterKey.Create();

        Assert.True(one.Equals(same) && one.Equals((object)same));
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.False(one.Equals(other) || one.Equals(null) || one.Equals("master key"));
        Assert.NotEqual(Of(0), made);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MasterKey(new byte[MasterKey.Length - 1]));
    }

    [Theory]
    [InlineData(31, "", false)]
    [InlineData(32, "", true)]
    [InlineData(32, " \r\n", true)]
    [InlineData(33, "", false)]
    public void A_text_of_32_bytes_in_base64_is_a_master_key(int length, string around, bool isKey)
    {
        var bytes = Enumerable.Repeat((byte)7, length).ToArray();

        Assert.Equal(isKey, MasterKey.TryParse(around + Convert.ToBase64String(bytes) + around, out var key));

        Assert.Equal(isKey ? Convert.ToBase64String(bytes) : null, key?.Reveal());
    }

    [Fact]
    public void A_disposed_master_key_is_no_longer_in_memory()
    {
        var master = Of(1);

        master.Dispose();

        Assert.Equal(Convert.ToBase64String(new byte[MasterKey.Length]), master.Reveal());
    }
}
