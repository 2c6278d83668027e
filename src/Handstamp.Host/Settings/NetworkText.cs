using System.Net;
using Handstamp.Server.Http;
using IPNetwork = System.Net.IPNetwork;

namespace Handstamp.Host.Settings;

/// <summary>
/// Networks as operators write them: <c>10.0.0.0/8</c>, or a single address. An IPv4 address in IPv6 form
/// is read as IPv4, because callers' addresses are compared and stored in that form.
/// </summary>
static class NetworkText
{
    // All of IPv4 is ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
    const int MappedPrefix = 96;

    const string NoNetwork = "is neither an address nor a network, such as 10.0.0.0/8";
    const string Mixed = "is larger than IPv4: write 0.0.0.0/0 for all of IPv4, ::/0 for all of IPv6, or a prefix of /96 to /128";

    /// <param name="text">What the operator wrote.</param>
    /// <param name="network">The network, if the text is valid.</param>
    /// <param name="fault">Otherwise the rest of a sentence that begins with the text and says what is wrong.</param>
    public static bool TryParse(string text, out IPNetwork network, out string fault)
    {
        fault = NoNetwork;
        network = default;
        if (IPAddress.TryParse(text, out var address))
        {
            network = Single(address.Plain());
            return true;
        }
        if (!IPNetwork.TryParse(text, out network)) return false;
        // Read from the text, because the network has zeros after its prefix.
        if (!IPAddress.Parse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal))).IsIPv4MappedToIPv6) return true;
        fault = Mixed;
        if (network.PrefixLength < MappedPrefix) return false;
        network = new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix);
        return true;
    }

    static IPNetwork Single(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);
}
