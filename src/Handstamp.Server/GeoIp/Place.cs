using System.Runtime.InteropServices;

namespace Handstamp.Server.GeoIp;

/// <summary>Where an address is, as far as the file of the operator says.</summary>
/// <param name="City">Its English name.</param>
/// <param name="Country">The code of ISO 3166-1 with two letters.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct Place(string? City, string? Country)
{
    /// <summary>For people: <c>Berlin, DE</c>. Null if nothing is known.</summary>
    public string? Text => (City, Country) is (null, null) ? null : string.Join(", ", new[] { City, Country }.OfType<string>());
}
