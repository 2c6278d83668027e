using System.Security.Cryptography;
using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

/// <summary>PBKDF2 itself, and the texts of passlib.</summary>
public sealed class Pbkdf2FormatTests
{
    const string Form = "A PBKDF2 hash must have the form $pbkdf2-sha256$29000$SALT$HASH, with SHA-1 (no suffix), sha256 or sha512.";

    [Theory]
    // RFC 6070 and RFC 7914, section 11
    [InlineData("sha1", 1, "password", "0c60c80f961f0e71f3a9b524af6012062fe037a6")]
    [InlineData("sha1", 2, "password", "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957")]
    [InlineData("sha256", 1, "passwd",
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783")]
    public void The_keys_of_the_RFCs_are_verified(string function, int iterations, string password, string key)
    {
        var text = Pbkdf2Format.Text(
            function, iterations, Convert.ToBase64String("salt"u8), Convert.ToBase64String(Convert.FromHexString(key)));

        var stored = HashFormats.Read(text)!;

        Assert.True(PasswordBytes.Use(password, stored.Verify));
        Assert.False(PasswordBytes.Use(password + "x", stored.Verify));
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public void Each_function_verifies_a_key_of_each_length(string function)
    {
        foreach (var length in (int[])[20, 32, 64])
        {
            var key = Rfc2898DeriveBytes.Pbkdf2("my password"u8, "salt"u8, 3, Pbkdf2.HashOf(function)!.Value, length);

            Assert.True(Of(function, 3).ToHash([.. "salt"u8], key)!.Verify("my password"u8));
            Assert.False(Of(function, 2).ToHash([.. "salt"u8], key)!.Verify("my password"u8));
            Assert.False(Of(function, 3).ToHash([.. "Salt"u8], key)!.Verify("my password"u8));
        }
    }

    [Theory]
    [InlineData("", "SHA1")]
    [InlineData("sha1", "SHA1")]
    [InlineData("sha256", "SHA256")]
    [InlineData("sha512", "SHA512")]
    [InlineData("SHA256", null)]
    [InlineData("sha384", null)]
    [InlineData("md5", null)]
    public void Three_functions_are_known(string name, string? function) => Assert.Equal(function, Pbkdf2.HashOf(name)?.Name);

    [Theory]
    [InlineData("sha1", 20, 500)]
    [InlineData("sha1", 32, 1_000)]
    [InlineData("sha1", 64, 2_000)]
    [InlineData("sha256", 20, 500)]
    [InlineData("sha256", 32, 500)]
    [InlineData("sha256", 64, 1_000)]
    [InlineData("sha512", 20, 1_200)]
    [InlineData("sha512", 32, 1_200)]
    [InlineData("sha512", 64, 1_200)]
    public void Each_block_of_the_key_takes_all_iterations(string function, int length, long work) =>
        Assert.Equal(new HashCost(0, work), Of(function, 1_000).ToHash([], new byte[length])!.Cost);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(999_999_999, true)]
    [InlineData(1_000_000_000, false)]
    public void The_iterations_have_a_range(int iterations, bool isFine) =>
        Assert.Equal(isFine, Of("sha256", iterations).ToHash([], new byte[32]) is not null);

    [Theory]
    [InlineData("sha1", 20, 8_388_609, true)]
    [InlineData("sha1", 20, 8_388_610, false)]
    [InlineData("sha256", 32, 8_388_609, true)]
    [InlineData("sha256", 32, 8_388_610, false)]
    [InlineData("sha512", 64, 3_495_254, true)]
    [InlineData("sha512", 64, 3_495_255, false)]
    public void The_iterations_that_are_allowed_depend_on_the_function(string function, int length, int iterations, bool isFine) => Assert.Equal(
        isFine ? null : "The hash takes about 2 times as long to verify as the longest that is allowed.",
        Of(function, iterations).ToHash([], new byte[length])!.Cost.Fault);

    [Theory]
    [InlineData(19, false)]
    [InlineData(20, true)]
    [InlineData(21, false)]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(48, false)]
    [InlineData(63, false)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void The_key_has_the_length_of_a_digest(int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault($"$pbkdf2-sha256$1$c2FsdA${Convert.ToBase64String(new byte[length]).TrimEnd('=')}"));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(200, true)]
    [InlineData(202, false)]
    public void The_salt_is_base64_of_at_most_200_characters_and_can_be_missing(int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(salt: new string('A', length))));

    [Theory]
    [InlineData("$pbkdf2$1")]
    [InlineData("$pbkdf2$000000001")]
    [InlineData("$pbkdf2-sha256$1")]
    [InlineData("$pbkdf2-sha512$1")]
    public void The_three_functions_of_passlib_are_accepted(string beginning) => Assert.Null(HashFormats.Fault(Hash(beginning)));

    [Theory]
    [InlineData("$pbkdf2$0")]
    [InlineData("$pbkdf2$0000000001")]
    [InlineData("$pbkdf2$-1")]
    [InlineData("$pbkdf2$")]
    [InlineData("$pbkdf2-$1")]
    [InlineData("$pbkdf2-sha1$1")]
    [InlineData("$pbkdf2-sha384$1")]
    [InlineData("$pbkdf2_sha256$1")]
    public void Another_beginning_is_refused_with_the_form(string beginning) => Assert.Equal(Form, HashFormats.Fault(Hash(beginning)));

    [Fact]
    public void A_key_that_is_not_base64_or_has_padding_is_refused_with_the_form()
    {
        Assert.Equal(Form, HashFormats.Fault(Hash(key: new string('A', 25))));
        Assert.Equal(Form, HashFormats.Fault(Hash(key: new string('A', 43) + "=")));
        Assert.Equal(Form, HashFormats.Fault(Hash(key: new string('A', 42) + "!")));
    }

    [Theory]
    [InlineData("sha1", "$pbkdf2$1000$c2FsdA$a2V5cw")]
    [InlineData("sha256", "$pbkdf2-sha256$1000$c2FsdA$a2V5cw")]
    [InlineData("sha512", "$pbkdf2-sha512$1000$c2FsdA$a2V5cw")]
    public void The_text_of_a_hash_is_that_of_passlib_without_padding(string function, string text) =>
        Assert.Equal(text, Pbkdf2Format.Text(function, 1_000, salt: "c2FsdA==", key: "a2V5cw=="));

    static Pbkdf2 Of(string function, int iterations) => new(Pbkdf2.HashOf(function)!.Value, iterations);

    static string Hash(string beginning = "$pbkdf2-sha256$1", string salt = "c2FsdA", string? key = null) =>
        $"{beginning}${salt}${key ?? new string('A', 43)}";
}
