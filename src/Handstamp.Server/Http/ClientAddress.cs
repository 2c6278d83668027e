using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Http;

/// <summary>Where a request comes from: for the device list, and for throttling by network.</summary>
static class ClientAddress
{
    const int V6NetworkBytes = 8;
    const int V6SiteBytes = 6;

    public static IPAddress Address(this HttpContext context) => (context.Connection.RemoteIpAddress ?? IPAddress.None).Plain();

    /// <summary>
    /// An IPv4 address in its own form, although a socket for both kinds reports it as an IPv6 address.
    /// </summary>
    public static IPAddress Plain(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>
    /// The address for IPv4; the /64 for IPv6, because one subscriber can choose from at least that many addresses.
    /// </summary>
    public static IPAddress Network(this IPAddress address) => address.V6Prefix(V6NetworkBytes);

    /// <summary>
    /// The site for sharing scarce resources: the address for IPv4; the /48 for IPv6, the most that one subscriber
    /// usually gets. A /48 contains 65,536 of the networks above, and one subscriber must not get that many shares.
    /// </summary>
    public static IPAddress Site(this IPAddress address) => address.V6Prefix(V6SiteBytes);

    static IPAddress V6Prefix(this IPAddress address, int length)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(length).Clear();
        return new IPAddress(bytes);
    }
}
