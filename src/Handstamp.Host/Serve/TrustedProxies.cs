using System.Net;
using System.Net.Sockets;
using Handstamp.Host.Settings;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Handstamp.Host.Serve;

/// <summary>The proxies that are trusted to name the caller's address.</summary>
static class TrustedProxies
{
    /// <summary>A network of the settings, which have been validated.</summary>
    public static IPNetwork Parse(string text) =>
        NetworkText.TryParse(text, out var network, out var fault) ? network : throw new FormatException($"'{text}' {fault}.");

    /// <summary>
    /// Whether the network also includes callers: it is on the internet, and larger than one operator's. The largest
    /// operators have a /8 of IPv4 and a /32 of IPv6.
    /// </summary>
    public static bool IsOfCallers(IPNetwork network)
    {
        var start = network.BaseAddress;
        var isV4 = start.AddressFamily == AddressFamily.InterNetwork;
        // The lowest addresses of IPv6 include all of IPv4 in IPv6 form.
        var hasV4 = start.Equals(IPAddress.IPv6Any);
        if (start.IsIPv6UniqueLocal || start.IsIPv6LinkLocal) return false;
        return isV4 ? network.PrefixLength < 8 : network.PrefixLength < (hasV4 ? 96 + 8 : 32);
    }

    /// <summary>
    /// From here on, the caller's address is the last one in <c>X-Forwarded-For</c> that is not one of our proxies. The
    /// caller can invent the addresses before it. Scheme and host are never read from headers: the issuer defines them.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var networks = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.Networks;
        if (networks.Count == 0) return;

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks) options.KnownIPNetworks.Add(Parse(network));
        app.UseForwardedHeaders(options);
    }
}
