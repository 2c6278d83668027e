using Handstamp.Server.Accounts.Passkeys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

public sealed class PasskeyNameTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("a", true)]
    [InlineData(" my phone ", true)]
    [InlineData("Schlüssel", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("\u00a0", false)]
    [InlineData("a\tb", false)]
    [InlineData("a\u007f", false)]
    public void A_name_is_text_that_can_be_seen_on_one_line(string? name, bool isValid) => Assert.Equal(isValid, PasskeyName.IsValid(name));

    [Fact]
    public void It_has_at_most_64_characters()
    {
        Assert.True(PasskeyName.IsValid(new string('n', 64)));
        Assert.False(PasskeyName.IsValid(new string('n', 65)));
    }

    [Fact]
    public void Half_of_a_character_is_none()
    {
        Assert.True(PasskeyName.IsValid(string.Concat(Enumerable.Repeat("\U0001f511", 32))));
        Assert.False(PasskeyName.IsValid(new string([(char)0xd83d])));
        Assert.False(PasskeyName.IsValid(new string(['a', (char)0xdd11, 'b'])));
    }

    [Fact]
    public void An_account_can_have_twenty_passkeys_with_ids_of_1023_bytes() => Assert.Equal((20, 1023), (Passkey.Most, Passkey.MaxCredentialId));
}
