using System.Net;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests.Http;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::")]
    public void An_address_has_a_network_and_a_site(string remote, string address, string network, string site)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);

        var plain = context.Address();

        Assert.Equal((address, network, site), (plain.ToString(), plain.Network().ToString(), plain.Site().ToString()));
    }

    [Fact]
    public void A_request_that_comes_from_no_socket_has_no_address() => Assert.Equal(IPAddress.None, new DefaultHttpContext().Address());
}
