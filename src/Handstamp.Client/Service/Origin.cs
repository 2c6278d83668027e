namespace Handstamp.Client.Service;

/// <summary>The scheme, host and port of an address, compared exactly: no prefix and no pattern.</summary>
readonly record struct Origin(string Scheme, string Host, int Port)
{
    public static Origin Of(Uri address) => new(address.Scheme, address.IdnHost, address.Port);
}
