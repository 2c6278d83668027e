using System.Net;
using System.Net.Sockets;

namespace Handstamp.Server.Audit;

/// <summary>The networks by which refusals are added up: each may belong to one subscriber or one small site.</summary>
static class AuditNetworks
{
    const int V4Prefix = 24;
    const int V6Prefix = 64;

    /// <summary>The first address of the network that contains the address: a /24, or a /64.</summary>
    public static IPAddress AuditNetwork(this IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(address.AuditPrefix() / 8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>How many bits of such an address identify its network.</summary>
    public static int AuditPrefix(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? V4Prefix : V6Prefix;
}
