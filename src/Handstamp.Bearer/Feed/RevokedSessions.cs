using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Handstamp.Bearer.Feed;

/// <summary>
/// The sessions that ended before their time, one by one or with the key that made their refresh token, each for as long
/// as an access token of it can be alive.
/// </summary>
sealed class RevokedSessions(TimeProvider time)
{
    // The longest life an issuer may give to an access token; the minute is for issuers of several nodes, whose clocks
    // differ.
    static readonly TimeSpan Memory = TimeSpan.FromMinutes(61);
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<Guid, DateTimeOffset> _until = new();
    ImmutableDictionary<string, DateTimeOffset> _keys = ImmutableDictionary<string, DateTimeOffset>.Empty;
    DateTimeOffset _nextSweep;

    public int Count => _until.Count;

    public bool Contains(Guid session) => _until.ContainsKey(session);

    /// <summary>
    /// Whether a session had ended with the key by which its refresh token was made. The name of a key comes again with
    /// another key: what was issued since is not of the one that was revoked.
    /// </summary>
    public bool HasEndedWith(string refreshKeyId, DateTimeOffset issuedAt) =>
        Volatile.Read(ref _keys) is { IsEmpty: false } keys
        && keys.TryGetValue(refreshKeyId, out var at) && issuedAt <= at + Skew;

    /// <summary>All sessions of the key. For one caller at a time, as <see cref="Add(Guid, DateTimeOffset)"/>.</summary>
    public void Add(string refreshKeyId, DateTimeOffset at)
    {
        var now = time.GetUtcNow();
        var known = _keys.RemoveRange(_keys.Where(key => key.Value + Memory <= now).Select(key => key.Key));
        if (at + Memory > now && !(known.TryGetValue(refreshKeyId, out var other) && other > at))
            known = known.SetItem(refreshKeyId, at);
        Volatile.Write(ref _keys, known);
    }

    /// <summary>For one caller at a time: the feed.</summary>
    public void Add(Guid session, DateTimeOffset at)
    {
        var now = time.GetUtcNow();
        if (at + Memory > now)
            _until[session] = at + Memory;
        if (now >= _nextSweep)
            Sweep(now);
    }

    void Sweep(DateTimeOffset now)
    {
        _nextSweep = now + SweepInterval;
        foreach (var (session, until) in _until)
        {
            if (until <= now)
                _until.TryRemove(session, out _);
        }
    }
}
