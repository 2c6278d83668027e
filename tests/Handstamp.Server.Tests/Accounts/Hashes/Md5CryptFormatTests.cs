using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class Md5CryptFormatTests
{
    const string Form = "An MD5-crypt hash must have the form $1$SALT$HASH or $apr1$SALT$HASH.";
    const string Unknown = "The service knows no kind of password hash that begins like this.";

    [Theory]
    // Made by Python's crypt (libxcrypt), and the last one by OpenSSL 3.0.19, from as many letters x.
    [InlineData(0, "$1$abcdefgh$M55TzYaaccxVGbptZWaxX/")]
    [InlineData(1, "$1$abcdefgh$znAnv9M.XU2pRYfmSs46h/")]
    [InlineData(16, "$1$abcdefgh$rLNv7fBM/CccD3X.WJtxl0")]
    [InlineData(32, "$1$abcdefgh$NLpCLgA.RQyxEsUGx9Cgn0")]
    [InlineData(64, "$1$abcdefgh$O0X86kK5uBMSkmJGvfUOj.")]
    [InlineData(1, "$apr1$abcdefgh$82JubPF2dQkt1tVfvLnXS.")]
    public void Passwords_of_no_one_and_whole_digests_are_verified(int length, string hash)
    {
        var stored = HashFormats.Read(hash)!;

        Assert.True(PasswordBytes.Use(new string('x', length), stored.Verify));
        Assert.False(PasswordBytes.Use(new string('x', length + 1), stored.Verify));
    }

    [Theory]
    // Made by Python's crypt and by OpenSSL 3.0.19.
    [InlineData("$1$$Z1GY0.lfOOQWPOgXUqFiE.")]
    [InlineData("$1$!#%~$CwwZF.XraPq19SaERqngU1")]
    public void A_salt_may_be_missing_and_may_have_any_signs(string hash) =>
        Assert.True(PasswordBytes.Use("my password", HashFormats.Read(hash)!.Verify));

    [Theory]
    [InlineData("$1$")]
    [InlineData("$apr1$")]
    public void The_longest_password_and_the_longest_salt_fit(string beginning) => Assert.False(PasswordBytes.Use(
        new string('漢', PasswordPolicy.MaxLength), HashFormats.Read($"{beginning}abcdefgh${new string('.', 22)}")!.Verify));

    [Theory]
    [InlineData("12345678", 22, true)]
    [InlineData("123456789", 22, false)]
    [InlineData("a b", 22, false)]
    [InlineData("a$b", 22, false)]
    [InlineData("ä", 22, false)]
    [InlineData("12345678", 21, false)]
    [InlineData("12345678", 23, false)]
    public void The_salt_has_up_to_8_signs_and_the_digest_has_22(string salt, int digest, bool isFine)
    {
        Assert.Equal(isFine ? null : Form, HashFormats.Fault($"$1${salt}${new string('.', digest)}"));
        Assert.Equal(isFine ? null : Form, HashFormats.Fault($"$apr1${salt}${new string('.', digest)}"));
    }

    [Fact]
    public void What_only_looks_like_it_is_the_beginning_of_no_hash()
    {
        Assert.Equal(Unknown, HashFormats.Fault("$apr2$abcdefgh$......................"));
        Assert.Equal(Unknown, HashFormats.Fault("$10$abcdefgh$......................"));
    }

    [Fact]
    public void The_work_is_the_same_for_every_password_and_the_form_has_no_digest()
    {
        var stored = HashFormats.Read("$1$abcdefgh$znAnv9M.XU2pRYfmSs46h/")!;

        Assert.Equal(new HashCost(0, 1_300), stored.Cost);
        Assert.Equal("$1$abcdefgh$......................", stored.Fast!.Form);
        Assert.Equal("$1$abcdefgh$znAnv9M.XU2pRYfmSs46h/", stored.Fast.Text);
        Assert.Equal("$1$abcdefgh$znAnv9M.XU2pRYfmSs46h/", stored.Fast.Compute("x"u8));
    }
}
