using System.Net;
using Handstamp.Server.Accounts.Challenges;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Challenges;

/// <summary>How many failures are an attack, and for how long.</summary>
public sealed class AttackWatchTests
{
    static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");

    readonly FakeTimeProvider _clock = new(TestAccounts.Now);

    AttackWatch Watch(int failures = 1000, int networkFree = 1000) => new(
        Options.Create(new ChallengeOptions { Failures = failures }), TestAccounts.Options(o => o.Throttle.NetworkFree = networkFree), _clock);

    [Fact]
    public void Everybody_is_suspected_after_more_failures_than_the_setting_allows()
    {
        var watch = Watch(failures: 3);

        for (var failure = 0; failure < 3; failure++) watch.Note(null);
        Assert.False(watch.IsAttackFrom(Here));
        watch.Note(IPAddress.Parse("198.51.100.1"));
        Assert.True(watch.IsAttackFrom(Here));
    }

    [Fact]
    public void All_failures_are_counted_in_a_minute_and_fade_out_in_the_next()
    {
        var watch = Watch(failures: 3);
        for (var failure = 0; failure < 4; failure++) watch.Note(null);

        _clock.Advance(TimeSpan.FromSeconds(75) - TimeSpan.FromTicks(1));
        Assert.True(watch.IsAttackFrom(Here));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(watch.IsAttackFrom(Here));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.255")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::1")]
    public void A_network_is_suspected_after_more_failures_than_it_has_free(string from, string neighbour)
    {
        var watch = Watch(networkFree: 3);

        for (var failure = 0; failure < 3; failure++) watch.Note(IPAddress.Parse(from));
        Assert.False(watch.IsAttackFrom(IPAddress.Parse(neighbour)));
        watch.Note(IPAddress.Parse(from));
        Assert.True(watch.IsAttackFrom(IPAddress.Parse(neighbour)));

        // One of them can have the same place by chance.
        Assert.Contains(Enumerable.Range(0, 16), other => !watch.IsAttackFrom(IPAddress.Parse($"198.51.{other}.1")));
        Assert.Contains(Enumerable.Range(0, 16), other => !watch.IsAttackFrom(IPAddress.Parse($"2001:db8:1:{other}::1")));
    }

    [Fact]
    public void The_failures_of_a_network_are_counted_in_ten_minutes_and_fade_out_in_the_next()
    {
        var watch = Watch(networkFree: 3);
        for (var failure = 0; failure < 4; failure++) watch.Note(Here);

        _clock.Advance(TimeSpan.FromMinutes(12.5) - TimeSpan.FromTicks(1));
        Assert.True(watch.IsAttackFrom(Here));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(watch.IsAttackFrom(Here));
    }

    [Fact]
    public void A_failure_from_an_unknown_address_counts_for_no_network()
    {
        var watch = Watch(networkFree: 1);

        for (var failure = 0; failure < 10; failure++) watch.Note(null);

        Assert.False(watch.IsAttackFrom(Here));
    }
}
