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
