using Handstamp.Server.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>The section <c>Sessions</c>: what it accepts, and how long a session lives with it.</summary>
public sealed class SessionOptionsTests
{
    static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Year = TimeSpan.FromDays(366);

    /// <summary>Each time, its limits in production, and its lower limit in development.</summary>
    public static TheoryData<string, TimeSpan, TimeSpan, TimeSpan> Limits => new()
    {
        { "AccessTokenLifetime", TimeSpan.FromSeconds(30), TimeSpan.FromHours(1), TimeSpan.FromSeconds(5) },
        { "AbsoluteLifetime", Minute, Year, TimeSpan.FromSeconds(10) },
        { "IdleLifetime", Minute, Year, TimeSpan.FromSeconds(10) },
        { "TemporaryIdleLifetime", Minute, Year, TimeSpan.FromSeconds(10) },
        { "RetryWindow", TimeSpan.Zero, TimeSpan.FromMinutes(5), TimeSpan.Zero },
        { "Retention", TimeSpan.Zero, Year, TimeSpan.Zero },
        { "RecentLogin", Minute, TimeSpan.FromDays(1), TimeSpan.FromSeconds(10) },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Each_time_has_its_limits(string key, TimeSpan least, TimeSpan most, TimeSpan leastInDevelopment)
    {
        Assert.Empty(Faults(key, least));
        Assert.Empty(Faults(key, most));
        Assert.Equal([$"Sessions:{key} is {least - Tick}; it has to be between {least} and {most}."], Faults(key, least - Tick));
        Assert.Equal([$"Sessions:{key} is {most + Tick}; it has to be between {least} and {most}."], Faults(key, most + Tick));
        Assert.Empty(Faults(key, leastInDevelopment, Environments.Development));
        Assert.Single(Faults(key, leastInDevelopment - Tick, Environments.Development));
    }

    [Theory]
    [InlineData("LateRetryLimit", 0, 1000)]
    [InlineData("MaxPerAccount", 1, 10_000)]
    public void Each_number_has_its_limits(string key, int least, int most)
    {
        Assert.Empty(Faults(key, least));
        Assert.Empty(Faults(key, most));
        Assert.StartsWith($"Sessions:{key} is {least - 1}; it has to be between {least} and ", Assert.Single(Faults(key, least - 1)), StringComparison.Ordinal);
        Assert.StartsWith($"Sessions:{key} is {most + 1}; it has to be between {least} and ", Assert.Single(Faults(key, most + 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IdleLifetime")]
    [InlineData("TemporaryIdleLifetime")]
    public void A_session_outlives_its_access_token_and_the_retry_window(string key)
    {
        var shortest = new SessionOptions { AccessTokenLifetime = TimeSpan.FromMinutes(10), RetryWindow = TimeSpan.FromMinutes(5) };

        Assert.Empty(Faults(With(shortest, key, TimeSpan.FromMinutes(15))));
        Assert.StartsWith(
            $"Sessions:{key} is shorter than Sessions:AccessTokenLifetime and Sessions:RetryWindow together",
            Assert.Single(Faults(With(shortest, key, TimeSpan.FromMinutes(15) - Tick))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_idle_session_does_not_outlive_the_longest_session()
    {
        var options = new SessionOptions { AbsoluteLifetime = TimeSpan.FromDays(20), IdleLifetime = TimeSpan.FromDays(20) };

        Assert.Empty(Faults(options));
        options.IdleLifetime += Tick;
        Assert.Contains("Sessions:IdleLifetime", Assert.Single(Faults(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_temporary_session_is_idle_for_the_shorter_of_the_two_times()
    {
        var (hour, day) = (TimeSpan.FromHours(1), TimeSpan.FromDays(1));

        Assert.Equal(hour, new SessionOptions { IdleLifetime = day, TemporaryIdleLifetime = hour }.IdleLifetimeOf(isTemporary: true));
        Assert.Equal(hour, new SessionOptions { IdleLifetime = hour, TemporaryIdleLifetime = day }.IdleLifetimeOf(isTemporary: true));
        Assert.Equal(day, new SessionOptions { IdleLifetime = day, TemporaryIdleLifetime = hour }.IdleLifetimeOf(isTemporary: false));
    }

    /// <summary>What is wrong with this setting: a session that lives for less may make others wrong, too.</summary>
    static IEnumerable<string> Faults(string key, object value, string environment = "Production")
    {
        var options = new SessionOptions { AccessTokenLifetime = TimeSpan.FromSeconds(5), RetryWindow = TimeSpan.Zero, AbsoluteLifetime = Year };
        return Faults(With(options, key, value), environment).Where(fault => fault.StartsWith($"Sessions:{key} ", StringComparison.Ordinal));
    }

    static IEnumerable<string> Faults(SessionOptions options, string environment = "Production") =>
        new SessionOptionsValidator(new HostingEnvironment { EnvironmentName = environment }).Validate(Options.DefaultName, options).Failures ?? [];

    static SessionOptions With(SessionOptions options, string key, object value)
    {
        typeof(SessionOptions).GetProperty(key)!.SetValue(options, value);
        return options;
    }
}
