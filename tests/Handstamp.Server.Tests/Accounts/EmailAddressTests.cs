using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("a@b")]
    [InlineData("ada+tag@sub.example.com")]
    [InlineData("o'hara@example.com")]
    [InlineData("žofie@příklad.cz")]
    public void A_valid_address_is_accepted(string email) => Assert.Null(EmailAddress.Fault(email));

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@example.com")]
    [InlineData("ada@")]
    [InlineData("ada@home@example.com")]
    [InlineData("ada @example.com")]
    [InlineData("ada@example.com ")]
    [InlineData("ada@exam\u00a0ple.com")]
    [InlineData("ada\0@example.com")]
    [InlineData("ada@example.com\r\nBcc: eve@example.com")]
    public void An_invalid_address_is_refused(string email) =>
        Assert.Equal("This is not a valid e-mail address.", EmailAddress.Fault(email));

    [Theory]
    [InlineData("Ada@Example.com", "ada@example.COM")]
    [InlineData("jos\u00e9@example.com", "Jose\u0301@example.com")]
    [InlineData("\u017eofie@p\u0159\u00edklad.cz", "z\u030cofie@pr\u030ci\u0301klad.cz")]
    public void Addresses_that_look_the_same_are_the_same(string one, string other) =>
        Assert.Equal(EmailAddress.Canonical(one), EmailAddress.Canonical(other));

    [Fact]
    public void An_accent_makes_another_address() =>
        Assert.NotEqual(EmailAddress.Canonical("jose@example.com"), EmailAddress.Canonical("jos\u00e9@example.com"));

    [Fact]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.NotNull(EmailAddress.Fault("ada" + '\ud83d' + "@example.com"));

    [Fact]
    public void The_longest_address_has_254_characters()
    {
        var longest = new string('a', 250) + "@b.c";

        Assert.Null(EmailAddress.Fault(longest));
        Assert.Equal("An e-mail address can have at most 254 characters.", EmailAddress.Fault("a" + longest));
    }
}
