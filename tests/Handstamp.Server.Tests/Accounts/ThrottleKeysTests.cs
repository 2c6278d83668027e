using System.Net;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class ThrottleKeysTests
{
    static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    [Fact]
    public void An_address_has_one_key_per_kind_of_attempt()
    {
        Assert.Equal(ThrottleKeys.ForNetwork(Address), ThrottleKeys.ForNetwork(IPAddress.Parse("192.0.2.1")));
        Assert.NotEqual(ThrottleKeys.ForNetwork(Address), ThrottleKeys.ForRegistration(Address));
        Assert.NotEqual(ThrottleKeys.ForNetwork(Address), ThrottleKeys.ForLoginsOfNetwork(Address));
        Assert.NotEqual(ThrottleKeys.ForAccount("A@B"), ThrottleKeys.ForAccount("A@C"));
        Assert.NotEqual(ThrottleKeys.ForAccount("A@B"), ThrottleKeys.ForLoginsOfAccount("A@B"));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void A_network_is_an_IPv4_address_or_the_first_half_of_an_IPv6_one(string one, string other, bool isSame) =>
        Assert.Equal(isSame, Network(one) == Network(other));

    static ThrottleKey Network(string address) => ThrottleKeys.ForNetwork(IPAddress.Parse(address));
}
