using System.Security.Cryptography;
using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class DjangoFormatTests
{
    const string Form = "A PBKDF2 hash of Django must have the form pbkdf2_sha256$1000000$SALT$HASH, or begin with pbkdf2_sha1.";

    [Theory]
    [InlineData("sha1", 20)]
    [InlineData("sha256", 32)]
    public void The_salt_is_used_as_it_is_written(string function, int length)
    {
        var key = Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2("my password"u8, "c2FsdA"u8, 2, Pbkdf2.HashOf(function)!.Value, length));

        Assert.True(HashFormats.Read($"pbkdf2_{function}$2$c2FsdA${key}")!.Verify("my password"u8));
        Assert.True(HashFormats.Read($"pbkdf2_{function}$2$c2FsdA${key.TrimEnd('=')}")!.Verify("my password"u8));
        Assert.False(HashFormats.Read($"pbkdf2_{function}$1$c2FsdA${key}")!.Verify("my password"u8));
        Assert.False(HashFormats.Read($"pbkdf2_{function}$2$c2FsdB${key}")!.Verify("my password"u8));
    }

    [Theory]
    [InlineData("pbkdf2_sha256$1", true)]
    [InlineData("pbkdf2_sha1$000000001", true)]
    [InlineData("pbkdf2_sha256$0", false)]
    [InlineData("pbkdf2_sha256$0000000001", false)]
    [InlineData("pbkdf2_sha256$", false)]
    [InlineData("pbkdf2_sha512$1", false)]
    [InlineData("pbkdf2_$1", false)]
    [InlineData("pbkdf2_sha256", false)]
    public void Two_functions_and_any_number_of_iterations_are_accepted(string beginning, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(beginning)));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void The_salt_has_1_to_100_characters(int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(salt: new string('s', length))));

    [Theory]
    [InlineData("!#%~", true)]
    [InlineData("a b", false)]
    [InlineData("a$b", false)]
    [InlineData("a\u007f", false)]
    [InlineData("ä", false)]
    public void The_salt_is_printable_and_has_no_dollar_sign(string salt, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(salt: salt)));

    [Theory]
    [InlineData(27, "", true)]
    [InlineData(43, "", true)]
    [InlineData(43, "=", true)]
    [InlineData(43, "===", false)]
    [InlineData(42, "", false)]
    [InlineData(44, "", false)]
    [InlineData(25, "", false)]
    [InlineData(20, "", false)]
    [InlineData(102, "", false)]
    public void The_key_is_base64_of_a_digest(int length, string padding, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(key: new string('A', length) + padding)));

    static string Hash(string beginning = "pbkdf2_sha256$1", string salt = "seasalt", string? key = null) =>
        $"{beginning}${salt}${key ?? new string('A', 43)}";
}
