using System.Net;
using System.Net.Sockets;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Settings;

/// <summary>One address of the setting <c>Urls</c>: the IP addresses that it stands for, and a port.</summary>
sealed record ListenUrl(string Host, IReadOnlyList<IPAddress> Addresses, int Port)
{
    static readonly IPAddress[] Everywhere = [IPAddress.Loopback, IPAddress.Any, IPAddress.IPv6Any];

    public bool IsLoopback => Addresses.All(IPAddress.IsLoopback);

    /// <summary>The address as callers use it, with the port that was bound.</summary>
    public string ToUrl(int port) => port == 80 ? $"http://{Host}" : $"http://{Host}:{port}";

    /// <summary>The address for programs on the same machine. A container may not be able to resolve names.</summary>
    public string ToOwnUrl() => Addresses.Any(Everywhere.Contains) ? (this with { Host = "127.0.0.1" }).ToUrl(Port) : ToUrl(Port);

    public static bool TryParseAll(string urls, out IReadOnlyList<ListenUrl> parsed, out string fault)
    {
        var texts = urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var list = new List<ListenUrl>();
        (parsed, fault) = (list, texts.Length > 0 ? "" : $"Urls is empty. Example: {ListenOptions.Default}.");
        foreach (var text in texts)
            if (Parse(text) is { } url) list.Add(url);
            else fault = $"Urls contains '{text}'. An address must be plain http with an IP address, localhost or *, and a port: "
                + $"{ListenOptions.Default}. For https, put a proxy in front of the service.";
        return fault.Length == 0;
    }

    static ListenUrl? Parse(string text)
    {
        if (!text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) return null;
        try
        {
            var address = BindingAddress.Parse(text);
            if (address.PathBase.Length > 0 || address.Port is < 0 or > IPEndPoint.MaxPort) return null;
            // Nobody can call *.
            var host = address.Host is "*" or "+" ? "localhost" : address.Host;
            return AddressesOf(address.Host) is { } addresses ? new(host, addresses, address.Port) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // A host name would make the server listen on every address, which the operator did not intend.
    static IReadOnlyList<IPAddress>? AddressesOf(string host) => host switch
    {
        "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "*" or "+" => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        _ => IPAddress.TryParse(host, out var address) ? [address.Plain()] : null,
    };
}

sealed class ListenOptionsValidator : IValidateOptions<ListenOptions>
{
    public ValidateOptionsResult Validate(string? name, ListenOptions options) =>
        ListenUrl.TryParseAll(options.Urls, out _, out var fault)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(fault);
}
