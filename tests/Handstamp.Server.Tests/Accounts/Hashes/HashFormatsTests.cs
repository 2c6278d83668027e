using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class HashFormatsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("my password")]
    [InlineData("$")]
    [InlineData("$argon")]
    [InlineData("$scrypt")]
    [InlineData("$7$abcdefgh$")]
    [InlineData("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=")]
    [InlineData("$fbscrypt")]
    [InlineData("$wrapped")]
    [InlineData("pbkdf2")]
    [InlineData("a")]
    public void A_text_that_begins_like_no_hash_is_refused_in_a_sentence(string text)
    {
        Assert.Equal("The service knows no kind of password hash that begins like this.", HashFormats.Fault(text));
        Assert.Null(HashFormats.Read(text));
    }

    // Only those of ASP.NET Core Identity have no other limit.
    [Fact]
    public void A_hash_has_at_most_1024_characters()
    {
        // The header, 722 bytes of salt and 32 of key.
        var longest = Convert.ToBase64String([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 2, 0xD2, .. new byte[722 + 32]]);
        var tooLong = longest + "=";

        Assert.Equal((1024, 1025), (longest.Length, tooLong.Length));
        Assert.Null(HashFormats.Fault(longest));
        Assert.NotNull(HashFormats.Read(longest));
        Assert.Equal("A password hash can have at most 1024 characters.", HashFormats.Fault(tooLong));
        Assert.Null(HashFormats.Read(tooLong));
    }

    [Fact]
    public void A_hash_that_costs_too_much_is_not_read()
    {
        Assert.NotNull(HashFormats.Read($"$scrypt$ln=18,r=8,p=1$c2FsdA${new string('A', 43)}"));
        Assert.Null(HashFormats.Read($"$scrypt$ln=19,r=8,p=1$c2FsdA${new string('A', 43)}"));
        Assert.Null(HashFormats.Read($"$scrypt$ln=18,r=8,p=5$c2FsdA${new string('A', 43)}"));
    }
}
