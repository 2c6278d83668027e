using System.Text;
using Handstamp.Server.Accounts.SecondFactors;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

public sealed class Base32Tests
{
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    // RFC 4648, section 10.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY======")]
    [InlineData("fo", "MZXQ====")]
    [InlineData("foo", "MZXW6===")]
    [InlineData("foob", "MZXW6YQ=")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI======")]
    public void It_is_that_of_the_rfc_without_padding(string text, string encoded)
    {
        var bytes = Encoding.ASCII.GetBytes(text);

        Assert.Equal(encoded.TrimEnd('='), Base32.Encode(bytes));
        Assert.Equal(bytes, Base32.Decode(encoded));
        Assert.Equal(bytes, Base32.Decode(encoded.TrimEnd('=')));
        Assert.Equal(bytes, Base32.Decode(encoded.ToLowerInvariant()));
    }

    [Fact]
    public void Each_letter_has_its_value()
    {
        var bytes = Convert.FromHexString("00443214C74254B635CF84653A56D7C675BE77DF");

        Assert.Equal(Alphabet, Base32.Encode(bytes));
        Assert.Equal(bytes, Base32.Decode(Alphabet));
        Assert.Equal("77777777", Base32.Encode([0xff, 0xff, 0xff, 0xff, 0xff]));
        Assert.Equal("AAAAAAAA", Base32.Encode(new byte[5]));
    }

    [Fact]
    public void What_was_written_is_read_at_every_length()
    {
        byte[] bytes = [.. Enumerable.Range(0, 65).Select(value => (byte)(value * 151 % 256))];

        for (var length = 0; length <= bytes.Length; length++)
        {
            var text = Base32.Encode(bytes.AsSpan(0, length));
            Assert.Equal(((length * 8) + 4) / 5, text.Length);
            Assert.Equal(bytes[..length], Base32.Decode(text));
        }
    }

    [Theory]
    [InlineData("MZXW 6YTB")]
    [InlineData("mzxw-6ytb")]
    [InlineData(" M-Z X-W6y Tb ")]
    [InlineData("MZXW6YTB====")]
    [InlineData("-MZXW6YTB-")]
    public void It_is_read_however_a_person_copies_it(string text) => Assert.Equal("fooba"u8.ToArray(), Base32.Decode(text));

    [Theory]
    [InlineData("MZXW6YT0")]
    [InlineData("MZXW6YT1")]
    [InlineData("MZXW6YT8")]
    [InlineData("MZXW6YT9")]
    [InlineData("MZXW6YT!")]
    [InlineData("MZXW_6YTB")]
    [InlineData("MZXW6YTB\n")]
    [InlineData("MZXW\t6YTB")]
    [InlineData("MZXW\u00a06YTB")]
    [InlineData("MZXW6YT\u00c4")]
    [InlineData("MZXW6YT\u0662")]
    [InlineData("MY======MY")]
    [InlineData("=MZXW6YTB")]
    [InlineData("MY====== ")]
    [InlineData("[")]
    [InlineData("@")]
    public void A_letter_that_is_none_of_it_is_refused(string text) => Assert.Null(Base32.Decode(text));
}
