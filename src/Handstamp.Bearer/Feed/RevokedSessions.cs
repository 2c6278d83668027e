using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Handstamp.Bearer.Feed;

/// <summary>
/// The sessions that ended early, one by one or with the key that made their refresh token. Each is kept for as long as
/// one of its access tokens can be alive.
/// </summary>
sealed class RevokedSessions(TimeProvider time)
{
    // The longest life that an issuer may give to an access token. The additional minute is for issuers with several
    // nodes whose clocks differ.
    static readonly TimeSpan Memory = TimeSpan.FromMinutes(61);
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<Guid, (DateTimeOffset Until, bool IsReplaced)> _sessions = new();
    ImmutableDictionary<string, DateTimeOffset> _keys = ImmutableDictionary<string, DateTimeOffset>.Empty;
    DateTimeOffset _nextSweep;

    public int Count => _sessions.Count;

    public bool Contains(Guid session) => _sessions.ContainsKey(session);

    /// <summary>Whether another session replaced this one, so that its holder may have newer tokens.</summary>
    public bool IsReplaced(Guid session) => _sessions.TryGetValue(session, out var end) && end.IsReplaced;

    /// <summary>
    /// Whether a session ended with the key that made its refresh token, unless it had rotated to another key by then.
    /// A key's name is used again for a later key, so tokens that were issued later do not count as those of the
    /// revoked key.
    /// </summary>
    public bool HasEndedWith(string refreshKeyId, DateTimeOffset issuedAt) =>
        Volatile.Read(ref _keys) is { IsEmpty: false } keys
        && keys.TryGetValue(refreshKeyId, out var at) && issuedAt <= at + Skew;

    /// <summary>
    /// All sessions of the key. Only one caller at a time may call this, as with
    /// <see cref="Add(Guid, DateTimeOffset, bool)"/>.
    /// </summary>
    public void Add(string refreshKeyId, DateTimeOffset at)
    {
        var now = time.GetUtcNow();
        var known = _keys.RemoveRange(_keys.Where(key => key.Value + Memory <= now).Select(key => key.Key));
        if (at + Memory > now && !(known.TryGetValue(refreshKeyId, out var other) && other > at))
            known = known.SetItem(refreshKeyId, at);
        Volatile.Write(ref _keys, known);
    }

    /// <summary>Only one caller at a time may call this: the feed.</summary>
    public void Add(Guid session, DateTimeOffset at, bool isReplaced)
    {
        var now = time.GetUtcNow();
        if (at + Memory > now)
            _sessions[session] = (at + Memory, isReplaced);
        if (now >= _nextSweep)
            Sweep(now);
    }

    void Sweep(DateTimeOffset now)
    {
        _nextSweep = now + SweepInterval;
        foreach (var (session, end) in _sessions)
        {
            if (end.Until <= now)
                _sessions.TryRemove(session, out _);
        }
    }
}
