using Handstamp.Server.Accounts.Former;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Former;

/// <summary>The sentences, and the limits on both sides.</summary>
public sealed class FormerSystemOptionsValidatorTests
{
    const string Address = "https://old.example.com/check";
    const string Secret = "0123456789abcdef";
    const string WrongSecret = "FormerSystem:Secret has to have 16 to 512 letters, digits and signs of ASCII, without spaces.";
    const string NoSecret = "FormerSystem:Secret is missing. The callback recognizes this service by it.";

    [Fact]
    public void The_defaults_and_a_complete_section_are_valid()
    {
        Assert.True(new FormerSystemOptionsValidator().Validate(null, new()).Succeeded);
        Assert.Empty(FaultsOf(new() { PasswordUrl = Address, SessionUrl = Address, Secret = Secret, Until = new(2027, 1, 1) }));
        Assert.Empty(FaultsOf(new() { Secret = Secret }));
        Assert.Empty(FaultsOf(new() { Until = new(2027, 1, 1) }));
        Assert.Empty(FaultsOf(new() { PasswordUrl = Address, Secret = Secret }));
    }

    [Theory]
    [InlineData("http://old.example.com/check")]
    [InlineData("https://user:word@old.example.com/check")]
    [InlineData("https://user@127.0.0.1/check")]
    [InlineData("http://localhost/check#part")]
    [InlineData("old.example.com/check")]
    [InlineData("")]
    public void An_address_is_refused_by_the_name_of_its_setting_and_quoted(string url)
    {
        Assert.Equal(
            [$"FormerSystem:PasswordUrl is '{url}'; it has to be an https address without user and fragment, or http on this machine."],
            FaultsOf(new() { PasswordUrl = url, Secret = Secret }));
        Assert.Equal(
            [$"FormerSystem:SessionUrl is '{url}'; it has to be an https address without user and fragment, or http on this machine."],
            FaultsOf(new() { SessionUrl = url, Secret = Secret, Until = new(2027, 1, 1) }));
    }

    [Fact]
    public void Each_address_needs_the_secret()
    {
        Assert.Equal([NoSecret], FaultsOf(new() { PasswordUrl = Address }));
        Assert.Equal([NoSecret], FaultsOf(new() { SessionUrl = Address, Until = new(2027, 1, 1) }));
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void The_secret_has_a_length_in_a_range_also_without_an_address(int length, bool isFine)
    {
        string[] expected = isFine ? [] : [WrongSecret];

        Assert.Equal(expected, FaultsOf(new() { Secret = new string('x', length) }));
    }

    [Theory]
    [InlineData('!', true)]
    [InlineData('~', true)]
    [InlineData(' ', false)]
    [InlineData('\t', false)]
    [InlineData('\x7f', false)]
    [InlineData('ä', false)]
    public void The_secret_has_only_signs_that_fit_in_a_header(char sign, bool isFine)
    {
        string[] expected = isFine ? [] : [WrongSecret];

        Assert.Equal(expected, FaultsOf(new() { Secret = sign + Secret }));
        Assert.Equal(expected, FaultsOf(new() { Secret = Secret + sign }));
    }

    [Fact]
    public void All_faults_are_said_at_once() => Assert.Equal(
        [
            "FormerSystem:PasswordUrl is 'one'; it has to be an https address without user and fragment, or http on this machine.",
            "FormerSystem:SessionUrl is 'two'; it has to be an https address without user and fragment, or http on this machine.",
            "FormerSystem:Until is missing. Sessions of the former system come along until that day.",
            WrongSecret,
        ],
        FaultsOf(new() { PasswordUrl = "one", SessionUrl = "two", Secret = "" }));

    [Fact]
    public void The_former_system_is_asked_until_the_day_begins_in_UTC()
    {
        var end = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var options = new FormerSystemOptions { Until = new(2027, 1, 1) };

        Assert.Equal(end, options.End);
        Assert.False(options.IsOver(end.AddTicks(-1)));
        Assert.True(options.IsOver(end));
        Assert.True(options.IsOver(end.AddTicks(1)));
        Assert.False(options.IsOver(new DateTimeOffset(2027, 1, 1, 0, 30, 0, TimeSpan.FromHours(1))));
    }

    [Fact]
    public void Without_a_day_it_is_always_asked()
    {
        Assert.Null(new FormerSystemOptions().End);
        Assert.False(new FormerSystemOptions().IsOver(DateTimeOffset.MaxValue));
    }

    static IEnumerable<string> FaultsOf(FormerSystemOptions options) => new FormerSystemOptionsValidator().Validate(null, options).Failures ?? [];
}
