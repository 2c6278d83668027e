namespace Handstamp.Client.Service;

/// <summary>The origins that get the access token: exactly those, no prefix and no pattern.</summary>
sealed class Origins(IEnumerable<Uri> addresses)
{
    readonly HashSet<(string Scheme, string Host, int Port)> _origins = [.. addresses.Select(Of)];

    public bool Include(Uri? address) => address is { IsAbsoluteUri: true } && _origins.Contains(Of(address));

    static (string, string, int) Of(Uri address) => (address.Scheme, address.IdnHost, address.Port);
}
