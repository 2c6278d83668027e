using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class AuthenticationContextsTests
{
    [Theory]
    [InlineData("pwd", "1")]
    [InlineData("otp", "1")]
    [InlineData("ext", "1")]
    [InlineData("", "1")]
    [InlineData("pwd otp mfa", "2")]
    [InlineData("swk user", "phr")]
    [InlineData("pwd swk mfa", "phr")]
    [InlineData("hwk user", "phrh")]
    [InlineData("pwd hwk mfa", "phrh")]
    [InlineData("swk hwk", "phrh")]
    public void The_methods_say_how_strong_an_authentication_was(string methods, string acr) =>
        Assert.Equal(acr, AuthenticationContexts.Of(methods.Split(' ')));

    [Fact]
    public void A_stronger_one_meets_what_a_weaker_one_meets()
    {
        Assert.Equal(["1", "2", "phr", "phrh"], AuthenticationContexts.All);
        for (var given = 0; given < 4; given++)
            for (var required = 0; required < 4; required++)
                Assert.Equal(
                    given >= required,
                    AuthenticationContexts.Meets(AuthenticationContexts.All[given], AuthenticationContexts.All[required]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("PHRH")]
    public void A_value_that_is_not_known_meets_nothing_and_can_not_be_required(string? value)
    {
        Assert.False(AuthenticationContexts.Meets(value, "1"));
        if (value is not null) Assert.Throws<ArgumentException>("required", () => AuthenticationContexts.Meets("phrh", value));
    }
}
