using System.Net;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.GeoIp;

/// <summary>
/// Where IP addresses are: <c>GeoIp:Database</c>. Each look-up opens the file, so a newer one that is moved into its place is
/// used at once.
/// </summary>
sealed class Places(IOptions<GeoIpOptions> options, ILogger<Places> log)
{
    readonly string? _file = options.Value.Database;

    // A fault is logged once until the file can be read again: callers choose how often it is read.
    bool _isFaultLogged;

    /// <summary>The places of the addresses, in the same order. Nothing is known of any if there is no file, or if it cannot be read.</summary>
    public IReadOnlyList<Place> FindAll(IReadOnlyList<IPAddress?> addresses)
    {
        if (_file is null) return new Place[addresses.Count];
        try
        {
            using var database = GeoIpDatabase.Open(_file);
            // The sessions of a device list often have the same address.
            var known = new Dictionary<IPAddress, Place>();
            foreach (var address in addresses.OfType<IPAddress>().Distinct()) known[address] = database.Find(address);
            Volatile.Write(ref _isFaultLogged, false);
            return [.. addresses.Select(address => address is null ? default : known[address])];
        }
        catch (Exception fault) when (FileBytes.IsFault(fault))
        {
            if (!Interlocked.Exchange(ref _isFaultLogged, true)) log.DatabaseUnusable(_file, FileBytes.ReasonOf(fault));
            return new Place[addresses.Count];
        }
    }

    /// <summary>The place of one address.</summary>
    public Place Find(IPAddress? address) => FindAll([address])[0];

    /// <summary>Why the file cannot be used, for the start of the service; null if it can.</summary>
    public static string? Fault(string file)
    {
        try
        {
            using var database = GeoIpDatabase.Open(file);
            return null;
        }
        catch (Exception fault) when (FileBytes.IsFault(fault))
        {
            return $"GeoIp:Database is {file}, which cannot be used: {FileBytes.ReasonOf(fault)}.";
        }
    }
}
