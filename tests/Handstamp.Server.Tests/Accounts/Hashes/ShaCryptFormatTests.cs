using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class ShaCryptFormatTests
{
    const string Form = "A SHA-crypt hash must have the form $6$SALT$HASH or $6$rounds=5000$SALT$HASH, or begin with $5$.";
    const string Salt256 = "$5$rounds=1000$saltstringsaltst$";
    const string Salt512 = "$6$rounds=1000$saltstringsaltst$";

    [Theory]
    // Made by Python's crypt (libxcrypt) from as many letters x.
    [InlineData(0, Salt256 + "fJyHeLfYNbQzvekOQ01sK2Xs56HhRK6MNGjOqG/ixT5")]
    [InlineData(1, Salt256 + "FAko0EnvzkYmn2Zt/YK8f7rL9IqOJ2umwnt4p3snAwD")]
    [InlineData(32, Salt256 + "Yq5DFWBwHVP/Ks1uzjGn9o0CtRIMosqvx46ctoytzo3")]
    [InlineData(64, Salt256 + "huf6BTmLT0VU4Qu7eFLcbV2ZM6zEvUg.ofX0bSIbgtD")]
    [InlineData(0, Salt512 + "r68mz6eryxuQT4z1ld2OHYyPeKn8ROVF/9hoMZpBfynBnb3hu/2RTlBdgaS3tevA6Matb95pbeRXAjhtEA/pC1")]
    [InlineData(1, Salt512 + "IUDiDBwa3unh6RQk0xqFH4e3uuPIPk2L4RD7PVFA2.v1UAIXo2L63eKnAdSyY/81YX2hUzY.gdPKRZIZLQKl70")]
    [InlineData(32, Salt512 + "q92kjGuEihTaRvfM1gBtbA99hzVhMms5ysd5YmSlIa2PbzXchhvhK3dCMrFH0ZjxnXTjo0NYFlfvYQb2AzYN5.")]
    [InlineData(64, Salt512 + "t.rp6zkh2lpWA3N6iywAr/z/gnu7s0AA3Sn8u2favQMRQrMUCWUPd78dcFMkrhz2Abl37WPt7sx2bu30EbRj50")]
    public void Passwords_of_no_one_and_whole_digests_are_verified(int length, string hash)
    {
        var stored = HashFormats.Read(hash)!;

        Assert.True(PasswordBytes.Use(new string('x', length), stored.Verify));
        Assert.False(PasswordBytes.Use(new string('x', length + 1), stored.Verify));
    }

    // Made by OpenSSL 3.0.19, openssl passwd -5.
    [Fact]
    public void A_salt_may_have_any_signs() =>
        Assert.True(PasswordBytes.Use("my password", HashFormats.Read("$5$!#%~$h9l2CIkRB4HIEJ4a.f8VCTkUFU22g1ludOPwWnI5tr0")!.Verify));

    [Theory]
    [InlineData(Salt256, 43)]
    [InlineData(Salt512, 86)]
    public void The_longest_password_and_the_longest_salt_fit(string beginning, int length)
    {
        var (longest, stored) = (new string('漢', PasswordPolicy.MaxLength), HashFormats.Read(beginning + new string('.', length))!);

        Assert.Equal(PasswordBytes.Most, System.Text.Encoding.UTF8.GetByteCount(longest));
        Assert.False(PasswordBytes.Use(longest, stored.Verify));
    }

    [Theory]
    [InlineData("$5$", 43, 5_000, 30_000)]
    [InlineData("$6$", 86, 10_000, 30_000)]
    [InlineData("$5$rounds=1000$", 43, 1_000, 6_000)]
    [InlineData("$6$rounds=1400$", 86, 2_800, 8_400)]
    [InlineData("$6$rounds=000001400$", 86, 2_800, 8_400)]
    public void The_work_is_that_of_the_rounds(string beginning, int length, long work, long worst) => Assert.Equal(
        new HashCost(0, work, worst), HashFormats.Read($"{beginning}abcdefgh${new string('.', length)}")!.Cost);

    [Theory]
    [InlineData("$5$", 43)]
    [InlineData("$6$", 86)]
    public void The_rounds_that_are_allowed_are_those_of_the_longest_password(string beginning, int length)
    {
        Assert.Null(HashFormats.Fault($"{beginning}rounds=699050$abcdefgh${new string('.', length)}"));
        Assert.Equal(
            "The hash takes about 2 times as long to verify as the longest that is allowed.",
            HashFormats.Fault($"{beginning}rounds=699051$abcdefgh${new string('.', length)}"));
    }

    [Theory]
    [InlineData("$5$", 42, false)]
    [InlineData("$5$", 43, true)]
    [InlineData("$5$", 44, false)]
    [InlineData("$5$", 86, false)]
    [InlineData("$6$", 43, false)]
    [InlineData("$6$", 85, false)]
    [InlineData("$6$", 86, true)]
    [InlineData("$6$", 87, false)]
    [InlineData("$6$rounds=999$", 86, false)]
    [InlineData("$6$rounds=0999$", 86, false)]
    [InlineData("$6$rounds=1000$", 86, true)]
    [InlineData("$6$rounds=1000000000$", 86, false)]
    [InlineData("$6$rounds=$", 86, false)]
    public void The_rounds_have_a_minimum_and_the_digest_has_the_length_of_its_function(string beginning, int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault($"{beginning}abcdefgh${new string('.', length)}"));

    [Theory]
    [InlineData("", true)]
    [InlineData("0123456789abcdef", true)]
    [InlineData("0123456789abcdefg", false)]
    [InlineData("a b", false)]
    [InlineData("a$b", false)]
    [InlineData("ä", false)]
    public void The_salt_has_up_to_16_signs(string salt, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault($"$5${salt}${new string('.', 43)}"));

    [Fact]
    public void The_form_that_is_wrapped_has_the_rounds_and_the_salt_and_no_digest()
    {
        const string hash = Salt256 + "FAko0EnvzkYmn2Zt/YK8f7rL9IqOJ2umwnt4p3snAwD";
        var fast = HashFormats.Read(hash)!.Fast!;

        Assert.Equal(Salt256 + new string('.', 43), fast.Form);
        Assert.Equal(hash, fast.Text);
        Assert.Equal(hash, fast.Compute("x"u8));
    }
}
