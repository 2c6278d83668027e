using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Bearer.ExposedTokens;

/// <summary>
/// Whether a text that looks like a refresh token should be reported. Each text is reported once. A network gets only a
/// few reports a minute, so invented tokens from one network do not keep those of others from being reported.
/// </summary>
sealed class Sightings(TimeProvider time)
{
    public const int MostOfOne = 10;

    const int MaxTokens = 10_000;
    const int MaxSenders = 10_000;
    const int V6NetworkBytes = 8;
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();

    // Until when: permanently, or until a report that has failed may be tried again. Never the token itself.
    readonly Dictionary<Guid, DateTimeOffset> _seen = [];
    readonly Dictionary<IPAddress, int> _senders = [];
    DateTimeOffset _windowEnds;

    public bool IsNews(string token, IPAddress? sender)
    {
        var (now, name) = (time.GetUtcNow(), NameOf(token));
        lock (_lock)
        {
            if (_seen.TryGetValue(name, out var until) && now < until) return false;
            if (!TryCount(NetworkOf(sender ?? IPAddress.None), now)) return false;
            if (_seen.Count >= MaxTokens) _seen.Clear();
            _seen[name] = DateTimeOffset.MaxValue;
            return true;
        }
    }

    /// <summary>The report failed: after a pause, the same token may be reported again.</summary>
    public void Forget(string token)
    {
        var until = time.GetUtcNow() + PauseAfterFault;
        lock (_lock)
            _seen[NameOf(token)] = until;
    }

    bool TryCount(IPAddress network, DateTimeOffset now)
    {
        if (now >= _windowEnds)
        {
            _senders.Clear();
            _windowEnds = now + Window;
        }

        var count = _senders.GetValueOrDefault(network);
        if (count >= MostOfOne || (count == 0 && _senders.Count >= MaxSenders)) return false;
        _senders[network] = count + 1;
        return true;
    }

    static Guid NameOf(string token) => new(SHA256.HashData(Encoding.UTF8.GetBytes(token)).AsSpan(0, 16));

    // One subscriber can choose from at least the 2^64 addresses of a /64.
    static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(V6NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
