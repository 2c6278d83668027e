using System.Net;
using System.Net.Sockets;
using Handstamp.Host.Settings;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Handstamp.Host.Serve;

/// <summary>The proxies whose word on the caller's address is taken.</summary>
static class TrustedProxies
{
    /// <summary>A network, or an address as a network of one; null for anything else.</summary>
    public static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;

    /// <summary>
    /// Whether callers are in it as well: a network of the internet that is wider than an operator's own. A /8 of IPv4 and
    /// a /32 of IPv6 are what the widest operators have.
    /// </summary>
    public static bool IsOfCallers(IPNetwork network)
    {
        var start = network.BaseAddress;
        var isV4 = start.AddressFamily == AddressFamily.InterNetwork;
        // All of IPv4 is a part of IPv6, too.
        var hasV4 = start.IsIPv4MappedToIPv6 || start.Equals(IPAddress.IPv6Any);
        if (start.IsIPv6UniqueLocal || start.IsIPv6LinkLocal) return false;
        return isV4 ? network.PrefixLength < 8 : network.PrefixLength < (hasV4 ? 96 + 8 : 32);
    }

    /// <summary>
    /// From here on the caller's address is the last one of <c>X-Forwarded-For</c> that is no proxy of ours. The ones
    /// before it are the caller's own words. The scheme and the host are never taken: the issuer says what they are.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var networks = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.Networks;
        if (networks.Count == 0) return;

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks) options.KnownIPNetworks.Add(Parse(network)!.Value);
        app.UseForwardedHeaders(options);
    }
}
