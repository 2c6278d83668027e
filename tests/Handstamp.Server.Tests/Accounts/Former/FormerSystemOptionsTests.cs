using Handstamp.Server.Accounts.Former;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Former;

public sealed class FormerSystemOptionsTests
{
    const string Secret = "0123456789abcdef";

    [Theory]
    [InlineData("https://old.example.com/check?part=1")]
    [InlineData("http://127.0.0.1:8080/check")]
    [InlineData("http://localhost/check")]
    public void Https_and_this_machine_are_called(string url) => Assert.Empty(FaultsOf(new() { PasswordUrl = url, Secret = Secret }));

    [Theory]
    [InlineData("http://old.example.com/check")]
    [InlineData("https://user:word@old.example.com/check")]
    [InlineData("https://old.example.com/check#part")]
    [InlineData("ftp://old.example.com/check")]
    [InlineData("/check")]
    public void Other_addresses_are_not(string url) =>
        Assert.Contains("FormerSystem:PasswordUrl", Assert.Single(FaultsOf(new() { PasswordUrl = url, Secret = Secret })), StringComparison.Ordinal);

    [Fact]
    public void A_callback_has_a_secret() =>
        Assert.Contains("FormerSystem:Secret is missing", Assert.Single(FaultsOf(new() { PasswordUrl = "https://old.example.com" })), StringComparison.Ordinal);

    [Theory]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef g")]
    [InlineData("0123456789abcdefä")]
    [InlineData("0123456789abcdef\n")]
    public void A_secret_that_is_guessed_or_fits_in_no_header_is_refused_and_not_quoted(string secret)
    {
        var fault = Assert.Single(FaultsOf(new() { PasswordUrl = "https://old.example.com", Secret = secret }));

        Assert.Contains("FormerSystem:Secret has to have", fault, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_come_along_until_a_day() => Assert.Equal(
        "FormerSystem:Until is missing. Sessions of the former system come along until that day.",
        Assert.Single(FaultsOf(new() { SessionUrl = "https://old.example.com", Secret = Secret })));

    [Fact]
    public void The_address_for_sessions_has_the_same_rule() => Assert.Contains(
        "FormerSystem:SessionUrl", Assert.Single(FaultsOf(new() { SessionUrl = "http://old.example.com", Secret = Secret, Until = new(2027, 1, 1) })),
        StringComparison.Ordinal);

    static IEnumerable<string> FaultsOf(FormerSystemOptions options) => new FormerSystemOptionsValidator().Validate(null, options).Failures ?? [];
}
