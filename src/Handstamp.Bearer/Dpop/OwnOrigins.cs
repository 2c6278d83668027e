using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer.Dpop;

/// <summary>
/// The scheme and host under which callers reach this API; a proof has to name one of them (RFC 9449 §4.3). They come
/// from the settings, or in development from where the server listens, but never from a request: otherwise a proof for
/// another API, sent here with that API's host, would be valid.
/// </summary>
sealed class OwnOrigins(IOptions<HandstampBearerOptions> options, IHostEnvironment environment, IServer server)
{
    static readonly string[] ThisMachine = ["localhost", "127.0.0.1", "[::1]"];

    readonly string[] _configured = options.Value.PublicOrigin is { } origin ? [origin] : [];

    /// <summary>Empty if they are not configured.</summary>
    public IReadOnlyList<string> All =>
        _configured.Length > 0 || !environment.IsDevelopment() ? _configured : [.. Listening.SelectMany(NamesOf)];

    ICollection<string> Listening => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    /// <summary>
    /// The origins of an address that the server listens at, the address's own first: this machine has several names.
    /// </summary>
    internal static IEnumerable<string> NamesOf(string address)
    {
        var url = BindingAddress.Parse(address);
        IEnumerable<string> hosts = IsThisMachine(url.Host) ? ThisMachine.OrderByDescending(host => host == url.Host) : [url.Host];
        return hosts.Select(host => $"{url.Scheme}://{host}:{url.Port}");
    }

    static bool IsThisMachine(string host) =>
        host is "localhost" or "*" or "+"
        || (IPAddress.TryParse(host, out var ip)
            && (IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
}
