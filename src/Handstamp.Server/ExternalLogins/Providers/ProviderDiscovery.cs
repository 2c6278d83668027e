using Handstamp.Server.Http;
using Handstamp.Tokens;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>A provider's configuration and keys, as they were fetched together.</summary>
sealed record Discovered(ProviderMetadata Metadata, JsonWebKeySet Keys, DateTimeOffset At);

/// <summary>
/// Fetches a provider's configuration and keys, and keeps them. However many logins need them, one fetch is under way at a time,
/// and a provider that fails is left alone for a moment. While it fails, what was fetched before is used for a day.
/// </summary>
sealed class ProviderDiscovery(ProviderSettings settings, ProviderHttp http, TimeProvider clock)
{
    /// <summary>What was fetched is not asked for again within this time.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>What is older is not used, even if nothing newer can be fetched: a key may have been revoked.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    /// <summary>The time between two fetches for unknown keys, or after a failure.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    Discovered? _known;
    Task<Discovered>? _fetch;
    DateTimeOffset _begun;

    public async Task<Discovered> GetAsync(CancellationToken cancel)
    {
        var (known, now) = (Volatile.Read(ref _known), clock.Now());
        if (known is not null && now - known.At < Life) return known;
        try
        {
            return await FetchAsync(now).WaitAsync(cancel);
        }
        catch (ProviderException) when (known is not null && now - known.At < LongestLife)
        {
            return known;
        }
    }

    /// <summary>For a key that is not among these: the provider may have a new one. The same again if it was just asked.</summary>
    public async Task<Discovered> GetNewerAsync(Discovered than, CancellationToken cancel)
    {
        var (known, now) = (Volatile.Read(ref _known), clock.Now());
        if (known is not null && known != than) return known;
        return now - than.At < Pause ? than : await FetchAsync(now).WaitAsync(cancel);
    }

    Task<Discovered> FetchAsync(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_fetch is { IsCompleted: false } || (_fetch is not null && now - _begun < Pause)) return _fetch;
            _begun = now;
            return _fetch = Task.Run(FetchAsync);
        }
    }

    async Task<Discovered> FetchAsync()
    {
        var metadata = ProviderMetadata.Read(await http.GetAsync(ProviderMetadata.AddressFor(settings.Issuer), CancellationToken.None), settings);
        if (!JsonWebKeySet.TryParse(await http.GetAsync(metadata.Keys, CancellationToken.None), out var keys))
            throw new ProviderException("its keys are not a JWK set");
        var fetched = new Discovered(metadata, keys, clock.Now());
        Volatile.Write(ref _known, fetched);
        return fetched;
    }
}
