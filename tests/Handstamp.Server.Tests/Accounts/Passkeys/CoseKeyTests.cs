using Handstamp.Server.Accounts.Passkeys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>Public keys, byte by byte: as CBOR writes them (RFC 8949 §3), with the labels of COSE (RFC 9052 §7.1).</summary>
public sealed class CoseKeyTests
{
    // The base point of P-256, which is on the curve.
    static readonly byte[] X = Convert.FromHexString("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296");
    static readonly byte[] Y = Convert.FromHexString("4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5");

    static readonly byte[] Ec2 = [0x01, 0x02];
    static readonly byte[] Es256 = [0x03, 0x26];
    static readonly byte[] P256 = [0x20, 0x01];
    static readonly byte[] Rsa = [0x01, 0x03];
    static readonly byte[] Rs256 = [0x03, 0x39, 0x01, 0x00];
    static readonly byte[] Exponent = [0x21, 0x43, 0x01, 0x00, 0x01];

    static readonly byte[] OnCurve = Map(Ec2, Es256, P256, XOf(X), YOf(Y));
    static readonly byte[] OfRsa = Map(Rsa, Rs256, Modulus(256), Exponent);

    [Fact]
    public void A_key_in_the_canonical_form_stays_as_it_is()
    {
        Assert.Equal(OnCurve, CoseKey.Canonical(OnCurve));
        Assert.Equal(OfRsa, CoseKey.Canonical(OfRsa));
        Assert.True(CoseKey.IsOffered(OnCurve));
        Assert.True(CoseKey.IsOffered(OfRsa));
    }

    [Fact]
    public void A_key_that_is_written_in_another_way_is_brought_into_that_form()
    {
        Assert.Equal(OnCurve, CoseKey.Canonical(Map(YOf(Y), P256, XOf(X), Es256, Ec2)));
        Assert.Equal(OfRsa, CoseKey.Canonical(Map(Exponent, Modulus(256), Rs256, Rsa)));
        // A map without a length.
        Assert.Equal(OnCurve, CoseKey.Canonical([0xbf, .. Ec2, .. Es256, .. P256, .. XOf(X), .. YOf(Y), 0xff]));
        // Numbers in more bytes than they need.
        Assert.Equal(OnCurve, CoseKey.Canonical(Map([0x18, 0x01, 0x18, 0x02], Es256, P256, XOf(X), [0x22, 0x59, 0x00, 0x20, .. Y])));
    }

    [Fact]
    public void Members_that_are_not_of_the_key_itself_are_left_out()
    {
        byte[][] others =
        [
            [0x02, 0x41, 0x07], // the id of the key
            [0x04, 0x81, 0x02], // a list of what it may be used for
            [0x18, 0x64, 0x61, 0x78],
            [0x18, 0x65, 0xa0],
            [0x18, 0x66, 0xf6],
            [0x18, 0x67, 0x05],
        ];

        foreach (var other in others) Assert.Equal(OnCurve, CoseKey.Canonical(Map(other, Ec2, Es256, P256, XOf(X), YOf(Y))));
        Assert.Equal(OfRsa, CoseKey.Canonical(Map([Rsa, Rs256, Modulus(256), Exponent, .. others])));
    }

    [Fact]
    public void Without_any_one_of_its_members_it_is_no_key()
    {
        byte[][] ec = [Ec2, Es256, P256, XOf(X), YOf(Y)];
        byte[][] rsa = [Rsa, Rs256, Modulus(256), Exponent];

        foreach (var missing in ec) Assert.Null(CoseKey.Canonical(Map([.. ec.Where(one => one != missing)])));
        foreach (var missing in rsa) Assert.Null(CoseKey.Canonical(Map([.. rsa.Where(one => one != missing)])));
    }

    [Fact]
    public void With_any_one_of_its_members_twice_it_is_no_key()
    {
        byte[][] ec = [Ec2, Es256, P256, XOf(X), YOf(Y)];

        foreach (var twice in ec) Assert.Null(CoseKey.Canonical(Map([.. ec, twice])));
    }

    [Fact]
    public void Kind_algorithm_and_curve_have_to_be_those_that_belong_together()
    {
        Assert.Null(CoseKey.Canonical(Map([0x01, 0x01], Es256, P256, XOf(X), YOf(Y))));
        Assert.Null(CoseKey.Canonical(Map(Rsa, Es256, P256, XOf(X), YOf(Y))));
        Assert.Null(CoseKey.Canonical(Map(Ec2, [0x03, 0x27], P256, XOf(X), YOf(Y))));
        Assert.Null(CoseKey.Canonical(Map(Ec2, Rs256, P256, XOf(X), YOf(Y))));
        Assert.Null(CoseKey.Canonical(Map(Ec2, Es256, [0x20, 0x02], XOf(X), YOf(Y))));
        Assert.Null(CoseKey.Canonical(Map(Ec2, Rs256, Modulus(256), Exponent)));
        Assert.Null(CoseKey.Canonical(Map(Rsa, Es256, Modulus(256), Exponent)));
        Assert.Null(CoseKey.Canonical(Map(Rsa, [0x03, 0x39, 0x01, 0x01], Modulus(256), Exponent)));
    }

    [Fact]
    public void A_point_has_two_coordinates_of_32_bytes_and_is_on_the_curve()
    {
        byte[] beside = [.. Y[..^1], (byte)(Y[^1] ^ 1)];

        Assert.Null(CoseKey.Canonical(Map(Ec2, Es256, P256, XOf(X), YOf(beside))));
        Assert.Null(CoseKey.Canonical(Map(Ec2, Es256, P256, XOf(Y), YOf(X))));
        Assert.Null(CoseKey.Canonical(Map(Ec2, Es256, P256, XOf(X[..31]), YOf(Y))));
        Assert.Null(CoseKey.Canonical(Map(Ec2, Es256, P256, XOf(X), YOf(Y[..31]))));
        // The same numbers, with a zero in front of them.
        Assert.Null(CoseKey.Canonical(Map(Ec2, Es256, P256, XOf([0, .. X]), YOf([0, .. Y]))));
        Assert.Null(CoseKey.Canonical(Map(Ec2, Es256, P256, [0x21, 0x01], YOf(Y))));
    }

    [Theory]
    [InlineData(255, false)]
    [InlineData(256, true)]
    [InlineData(584, true)]
    [InlineData(585, false)]
    public void A_modulus_has_2048_bits_or_more_and_the_key_at_most_600_bytes(int length, bool isKey)
    {
        var key = Map(Rsa, Rs256, Modulus(length), Exponent);

        Assert.Equal(isKey ? key : null, CoseKey.Canonical(key));
    }

    [Theory]
    [InlineData("40")]
    [InlineData("4103")]
    [InlineData("43010003")]
    [InlineData("43030001")]
    [InlineData("4400010001")]
    [InlineData("01")]
    public void The_exponent_is_65537_in_its_shortest_form(string exponent) =>
        Assert.Null(CoseKey.Canonical(Map(Rsa, Rs256, Modulus(256), [0x21, .. Convert.FromHexString(exponent)])));

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("80")]
    [InlineData("4101")]
    [InlineData("a0")]
    [InlineData("bf")]
    [InlineData("ff")]
    [InlineData("a1616101")] // a label that is a text
    [InlineData("a11b000000010000000001")] // a label of more than 32 bits
    [InlineData("a1011b0000000100000000")] // a value of more than 32 bits
    [InlineData("a1011c")] // a form that CBOR reserves
    public void What_is_no_map_of_numbered_members_is_no_key(string hex) => Assert.Null(CoseKey.Canonical(Convert.FromHexString(hex)));

    [Fact]
    public void A_key_that_breaks_off_or_goes_on_is_none()
    {
        for (var length = 0; length < OnCurve.Length; length++) Assert.Null(CoseKey.Canonical(OnCurve[..length]));
        Assert.Null(CoseKey.Canonical([.. OnCurve, 0x00]));
        Assert.Null(CoseKey.Canonical([.. OfRsa, .. OfRsa]));
    }

    [Fact]
    public void Each_byte_of_the_beginning_says_what_is_offered()
    {
        for (var at = 0; at < 7; at++) Assert.False(CoseKey.IsOffered(Changed(OnCurve, at)), $"byte {at}");
        for (var at = 0; at < 8; at++) Assert.False(CoseKey.IsOffered(Changed(OfRsa, at)), $"byte {at}");
        for (var at = OfRsa.Length - 5; at < OfRsa.Length; at++) Assert.False(CoseKey.IsOffered(Changed(OfRsa, at)), $"byte {at}");
        Assert.False(CoseKey.IsOffered([]));
        Assert.False(CoseKey.IsOffered(OfRsa.AsSpan(0, 8)));
        Assert.False(CoseKey.IsOffered(Exponent));
    }

    [Fact]
    public void What_is_offered_has_at_most_600_bytes()
    {
        Assert.True(CoseKey.IsOffered([.. OnCurve[..7], .. new byte[593]]));
        Assert.False(CoseKey.IsOffered([.. OnCurve[..7], .. new byte[594]]));
        Assert.True(CoseKey.IsOffered([.. OfRsa[..8], .. new byte[587], .. Exponent]));
        Assert.False(CoseKey.IsOffered([.. OfRsa[..8], .. new byte[588], .. Exponent]));
    }

    static byte[] XOf(byte[] x) => [0x21, .. Bytes(x)];

    static byte[] YOf(byte[] y) => [0x22, .. Bytes(y)];

    static byte[] Modulus(int length) => [0x20, .. Bytes([.. Enumerable.Repeat((byte)0xc3, length)])];

    static byte[] Map(params byte[][] members) => [(byte)(0xa0 | members.Length), .. members.SelectMany(one => one)];

    static byte[] Bytes(byte[] bytes) => bytes.Length switch
    {
        < 24 => [(byte)(0x40 | bytes.Length), .. bytes],
        < 256 => [0x58, (byte)bytes.Length, .. bytes],
        _ => [0x59, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes],
    };

    static byte[] Changed(byte[] key, int at)
    {
        var changed = key.ToArray();
        changed[at] ^= 0x40;
        return changed;
    }
}
