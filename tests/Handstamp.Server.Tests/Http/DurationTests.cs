using System.Reflection;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Http;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", "00:00:00")]
    [InlineData("30s", "00:00:30")]
    [InlineData("15m", "00:15:00")]
    [InlineData("48h", "2.00:00:00")]
    [InlineData("2d", "2.00:00:00")]
    [InlineData("14D", "14.00:00:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("90m", "01:30:00")]
    [InlineData("1d2h3m4s5ms", "1.02:03:04.0050000")]
    [InlineData("250ms", "00:00:00.2500000")]
    [InlineData("10675199d", "10675199.00:00:00")]
    [InlineData("00:00:30", "00:00:30")]
    [InlineData("23:59:59", "23:59:59")]
    [InlineData("01:30", "01:30:00")]
    [InlineData("14.00:00:00", "14.00:00:00")]
    [InlineData("00:00:00.5", "00:00:00.5000000")]
    [InlineData("-00:00:01", "-00:00:01")]
    public void A_time_is_understood(string text, string expected)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(expected, duration.ToString());
    }

    [Theory]
    [InlineData("48:00:00")]
    [InlineData("24:00:00")]
    [InlineData("24:00")]
    [InlineData("7.24:00:00")]
    [InlineData("14:00:00:00")]
    [InlineData("30")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("h")]
    [InlineData("1.5h")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1h 30m")]
    [InlineData("-1h")]
    [InlineData("2w")]
    [InlineData("99999999999999999999d")]
    [InlineData("9999999999d")]
    [InlineData("10675199d3h")]
    [InlineData("00:60:00")]
    [InlineData("٣٠s")]
    public void A_time_that_is_ambiguous_or_meaningless_is_refused(string text) =>
        Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public async Task An_apps_configuration_accepts_the_same_times()
    {
        await using var app = await HandstampApp.StartAsync(new()
        {
            ["Sessions:IdleLifetime"] = "2d",
            ["sessions:retrywindow"] = "10s",
            ["Accounts:Throttle:Memory"] = "48h",
            ["Keys:SigningLifetime"] = "30d",
        });

        Assert.Equal(TimeSpan.FromDays(2), app.Get<IOptions<SessionOptions>>().Value.IdleLifetime);
        Assert.Equal(TimeSpan.FromSeconds(10), app.Get<IOptions<SessionOptions>>().Value.RetryWindow);
        Assert.Equal(TimeSpan.FromDays(2), app.Get<IOptions<AccountOptions>>().Value.Throttle.Memory);
        Assert.Equal(TimeSpan.FromDays(30), app.Get<IOptions<KeyOptions>>().Value.SigningLifetime);
    }

    [Theory]
    [InlineData("Sessions:IdleLifetime", "48:00:00")]
    [InlineData("Accounts:Throttle:Memory", "24:00:00")]
    [InlineData("Keys:SigningLifetime", "90")]
    public async Task An_apps_configuration_with_an_invalid_time_stops_the_start_and_names_the_key(string key, string text)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => HandstampApp.StartAsync(new() { [key] = text }));

        Assert.Equal($"{key} is '{text}'; it has to be {Duration.Expected}.", Assert.Single(fault.Failures));
    }

    [Fact]
    public void Every_setting_that_is_a_time_is_read_as_one()
    {
        Assert.Equal(TimesOf(typeof(SessionOptions), ""), SessionOptions.Times.Order());
        Assert.Equal(TimesOf(typeof(AccountOptions), ""), AccountOptions.Times.Order());
        Assert.Equal(TimesOf(typeof(KeyOptions), ""), KeyOptions.Times.Order());
    }

    static IEnumerable<string> TimesOf(Type options, string section) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .SelectMany(property => property.PropertyType switch
        {
            { } type when type == typeof(TimeSpan) => [section + property.Name],
            { Name: var name } type when name.EndsWith("Options", StringComparison.Ordinal) => TimesOf(type, $"{section}{property.Name}:"),
            _ => [],
        })
        .Order();
}
