using System.Collections.Immutable;
using System.Net.Http.Headers;
using Handstamp.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer.Issuer;

/// <summary>
/// The issuer's public keys. Loaded keys stay in use while the issuer cannot be reached. A revoked key never comes
/// back, however old a cached key set from a proxy is.
/// </summary>
sealed class IssuerKeys(
    IssuerClient issuer, IOptions<HandstampBearerOptions> options, TimeProvider time, ILogger<IssuerKeys> log)
{
    /// <summary>
    /// How many requests for unknown keys may follow each other. One more is allowed after each <see cref="Cooldown"/>,
    /// which limits what forged key ids can cause.
    /// </summary>
    public const int Questions = 6;

    public static readonly TimeSpan Cooldown = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time between two fetches; requests wait for it. An issuer with several nodes needs half a second until each
    /// node publishes the successor of a revoked key.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    static readonly TimeSpan ShortestAge = TimeSpan.FromMinutes(1);
    static readonly TimeSpan LongestAge = TimeSpan.FromHours(1);
    static readonly TimeSpan UsualAge = TimeSpan.FromMinutes(10);

    readonly Lock _lock = new();
    ImmutableHashSet<string> _revoked = [];
    Loaded? _loaded;
    Task<bool>? _fetch;
    Task<bool>? _next;
    DateTimeOffset _pauseEnds;
    DateTimeOffset _allBack;

    /// <summary>The keys; null until they have been fetched once.</summary>
    public JsonWebKeySet? Current => Volatile.Read(ref _loaded)?.Keys;

    /// <summary>The issuer's other addresses; null until the keys have been fetched once.</summary>
    public IssuerMetadata? Metadata => Volatile.Read(ref _loaded)?.Metadata;

    /// <summary>How long the keys may be used before they are fetched again.</summary>
    public TimeSpan MaxAge => Volatile.Read(ref _loaded)?.MaxAge ?? UsualAge;

    /// <summary>Whether tokens of this key are accepted now. Allocates nothing.</summary>
    public bool Holds(string keyId) => Current?.Find(keyId) is not null;

    /// <summary>Fetches, or waits for the fetch that is under way. False if it failed; never throws.</summary>
    public Task<bool> RefreshAsync()
    {
        lock (_lock)
            return _fetch is { IsCompleted: false } ? _fetch : _fetch = Task.Run(FetchAsync);
    }

    /// <summary>
    /// Fetches because a request needs an unknown key. False if nothing was fetched. Forged key ids can use up the
    /// <see cref="Questions"/>, but cause no other request.
    /// </summary>
    public async Task<bool> AskForAsync(string keyId)
    {
        // A fetch that is under way may have begun before the key was published.
        if (Underway is { } fetch && await fetch && Holds(keyId)) return true;

        // Tokens of a revoked key still arrive for a while. They must not use up the fetches for its successor.
        return !IsRevoked(keyId) && await AskAgainAsync();
    }

    /// <summary>
    /// Fetches, or waits for the fetch that is under way, or for the end of the <see cref="Pause"/>. False if nothing
    /// was fetched, or if there were too many fetches before.
    /// </summary>
    public Task<bool> AskAgainAsync()
    {
        lock (_lock)
        {
            if (_fetch is { IsCompleted: false }) return _fetch;
            if (_next is not null) return _next;

            var now = time.GetUtcNow();
            var allBack = (_allBack > now ? _allBack : now) + Cooldown;
            if (allBack - now > Questions * Cooldown) return Task.FromResult(false);

            _allBack = allBack;
            return _pauseEnds <= now ? Ask(now) : _next = AskLaterAsync(_pauseEnds - now);
        }
    }

    /// <summary>From now on, nothing that the key has signed is accepted.</summary>
    public void Revoke(string keyId)
    {
        lock (_lock)
        {
            _revoked = _revoked.Add(keyId);
            if (_loaded is { } loaded)
                _loaded = loaded with { Keys = WithoutRevoked(loaded.Keys) };
        }
    }

    Task<bool>? Underway
    {
        get
        {
            lock (_lock)
                return _fetch is { IsCompleted: false } ? _fetch : null;
        }
    }

    bool IsRevoked(string keyId)
    {
        lock (_lock)
            return _revoked.Contains(keyId);
    }

    async Task<bool> AskLaterAsync(TimeSpan pause)
    {
        await Task.Delay(pause, time);
        Task<bool> answer;
        lock (_lock)
        {
            _next = null;
            answer = Ask(time.GetUtcNow());
        }

        return await answer;
    }

    Task<bool> Ask(DateTimeOffset now)
    {
        _pauseEnds = now + Pause;
        return RefreshAsync();
    }

    async Task<bool> FetchAsync()
    {
        try
        {
            var metadata = await issuer.DiscoverAsync();
            Take(metadata, await issuer.FetchKeysAsync(metadata.Keys, _loaded?.Tag));
            return true;
        }
        catch (HttpRequestException fault)
        {
            BearerLog.KeysNotLoaded(log, options.Value.Authority, fault);
            return false;
        }
    }

    void Take(IssuerMetadata metadata, PublishedKeys published)
    {
        lock (_lock)
        {
            var keys = published.Keys ?? _loaded?.Keys
                ?? throw new HttpRequestException("The issuer answered that its keys have not changed, but they have never been loaded.");
            if (_loaded is null)
                BearerLog.KeysLoaded(log, keys.Keys.Count, options.Value.Authority);
            _loaded = new(metadata, WithoutRevoked(keys), published.Tag, Bounded(published.MaxAge));
        }
    }

    JsonWebKeySet WithoutRevoked(JsonWebKeySet keys) => new([.. keys.Keys.Where(key => !_revoked.Contains(key.KeyId))]);

    static TimeSpan Bounded(TimeSpan? age) => age switch
    {
        null => UsualAge,
        { } given when given < ShortestAge => ShortestAge,
        { } given when given > LongestAge => LongestAge,
        { } given => given,
    };

    sealed record Loaded(IssuerMetadata Metadata, JsonWebKeySet Keys, EntityTagHeaderValue? Tag, TimeSpan MaxAge);
}
