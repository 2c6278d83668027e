using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Tests.Accounts.Emails;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Under which keys a failure counts, and what a device keeps.</summary>
public sealed class KnownDevicesTests
{
    const string Ada = "ADA@EXAMPLE.COM";

    static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");
    static readonly AccountThrottleOptions Rules = new();
    static readonly Identifier Name = Identifier.OfEmail("ada@example.com");

    [Fact]
    public async Task A_failure_counts_for_the_name_and_the_network_and_on_a_known_device_for_the_device()
    {
        await using var app = await HandstampApp.StartAsync();
        var devices = app.Get<KnownDevices>();
        var token = devices.Remember([], Name);
        Throttle[] anywhere = [new(ThrottleKeys.ForAccount(Ada), Rules.Account), new(ThrottleKeys.ForNetwork(Address), Rules.Network)];

        Assert.Equal(anywhere, devices.FailuresOf(Ada, Address));
        Assert.Equal(anywhere, devices.FailuresOf(Ada, Address, []));
        Throttle[] ofEve = [new(ThrottleKeys.ForAccount("EVE@EXAMPLE.COM"), Rules.Account), new(ThrottleKeys.ForNetwork(Address), Rules.Network)];
        Assert.Equal(ofEve, devices.FailuresOf("EVE@EXAMPLE.COM", Address, [token.Encode()]));
        Throttle[] known = [new(ThrottleKeys.ForDevice(token.Number, Ada), Rules.Account), new(ThrottleKeys.ForKnownDevices(Ada), Rules.Network)];
        Assert.Equal(known, devices.FailuresOf(Ada, Address, [token.Encode()]));
    }

    [Fact]
    public async Task With_mails_all_unknown_devices_of_an_address_have_only_so_many_failures()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Throttle:UnknownDeviceFailures", "7"));
        var devices = email.App.Get<KnownDevices>();

        Throttle[] limited =
        [
            new(ThrottleKeys.ForAccount(Ada), Rules.Account), new(ThrottleKeys.ForNetwork(Address), Rules.Network),
            new(ThrottleKeys.ForUnknownDevices(Ada), ThrottleRule.UntilForgotten(7)),
        ];
        Assert.Equal(limited, devices.FailuresOf(Ada, Address, []));
        Assert.Equal(2, devices.FailuresOf(Ada, Address).Count);
        Assert.Equal(2, devices.FailuresOf("ada", Address, []).Count);
        Assert.Equal(2, devices.FailuresOf(Ada, Address, [devices.Remember([], Name).Encode()]).Count);
    }

    [Fact]
    public async Task A_device_keeps_its_number_and_the_one_that_knows_the_name_comes_first()
    {
        await using var app = await HandstampApp.StartAsync();
        var devices = app.Get<KnownDevices>();
        var (mine, other) = (devices.Remember([], Name), devices.Remember([], Identifier.OfEmail("eve@example.com")));

        var kept = devices.Remember(["nonsense", other.Encode(), mine.Encode()], Name);
        var extended = devices.Remember(["nonsense", other.Encode()], Name);

        Assert.Equal(mine.Number.ToArray(), kept.Number.ToArray());
        Assert.Equal(other.Number.ToArray(), extended.Number.ToArray());
        Assert.True(devices.IsKnown(Ada, [extended.Encode()]));
        Assert.True(devices.IsKnown("EVE@EXAMPLE.COM", [extended.Encode()]));
        Assert.NotEqual(mine.Number.ToArray(), devices.Remember(["nonsense"], Name).Number.ToArray());
    }

    [Fact]
    public async Task Of_many_tokens_only_the_first_four_are_looked_at()
    {
        await using var app = await HandstampApp.StartAsync();
        var devices = app.Get<KnownDevices>();
        var known = devices.Remember([], Name).Encode();

        Assert.True(devices.IsKnown(Ada, ["1", "2", "3", known]));
        Assert.False(devices.IsKnown(Ada, ["1", "2", "3", "4", known]));
        Assert.False(devices.IsKnown(Ada, []));
        Assert.False(devices.IsKnown("ada@example.com", [known]));
    }

    [Fact]
    public async Task A_mail_that_was_read_forgets_the_failures_on_unknown_devices_of_every_name_and_no_others()
    {
        await using var app = await HandstampApp.StartAsync();
        var (throttles, now) = (app.Get<IThrottleStore>(), app.Clock.GetUtcNow());
        var rule = ThrottleRule.UntilForgotten(1);
        ThrottleKey[] keys =
        [
            ThrottleKeys.ForUnknownDevices(Ada), ThrottleKeys.ForUnknownDevices("ada"),
            ThrottleKeys.ForAccount(Ada), ThrottleKeys.ForUnknownDevices("EVE@EXAMPLE.COM"),
        ];
        foreach (var key in keys) Assert.Null(await throttles.TryTakeAsync([new(key, rule)], now));

        await app.Get<KnownDevices>().ForgetFailuresAsync(TestAccounts.Account() with { Identifiers = [Name, Identifier.OfUsername("Ada")] });

        var waits = new List<bool>();
        foreach (var key in keys) waits.Add(await throttles.TryTakeAsync([new(key, rule)], now) is not null);
        Assert.Equal([false, false, true, true], waits);
    }
}
