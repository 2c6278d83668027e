using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class MacKeyTests
{
    [Fact]
    public void A_key_survives_export_and_import()
    {
        var key = MacKey.Create(7);

        var again = new MacKey(7, key.ExportSecret());

        Assert.Equal(key.ExportSecret(), again.ExportSecret());
        Assert.Equal(key.ToString(), again.ToString());
    }

    [Fact]
    public void Each_new_key_is_different() =>
        Assert.NotEqual(MacKey.Create(1).ExportSecret(), MacKey.Create(1).ExportSecret());

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_secret_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => new MacKey(1, new byte[length]));

    [Fact]
    public void A_key_cannot_be_changed_from_outside()
    {
        var secret = new byte[MacKey.SecretSize];
        var key = new MacKey(1, secret);

        secret[0] = 1;
        key.ExportSecret()[0] = 2;

        Assert.Equal(new byte[MacKey.SecretSize], key.ExportSecret());
    }

    [Fact]
    public void A_purpose_has_its_own_key()
    {
        var key = MacKey.Create(1);

        var derived = key.DeriveKey("one"u8);

        Assert.Equal(derived, key.DeriveKey("one"u8));
        Assert.NotEqual(derived, key.DeriveKey("two"u8));
        Assert.NotEqual(derived, MacKey.Create(1).DeriveKey("one"u8));
        Assert.NotEqual(derived, key.ExportSecret());
    }

    [Fact]
    public void The_text_of_a_key_is_a_fingerprint() => Assert.Equal("MAC key 9 (66687aad)", new MacKey(9, new byte[32]).ToString());
}
