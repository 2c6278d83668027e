using System.Collections.Concurrent;

namespace Handstamp.Bearer.Feed;

/// <summary>
/// The sessions that ended before their time, each for as long as an access token of it can be alive.
/// </summary>
sealed class RevokedSessions(TimeProvider time)
{
    // The longest life an issuer may give to an access token; the minute is for issuers of several nodes, whose clocks
    // differ.
    static readonly TimeSpan Memory = TimeSpan.FromMinutes(61);
    static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<Guid, DateTimeOffset> _until = new();
    DateTimeOffset _nextSweep;

    public int Count => _until.Count;

    public bool Contains(Guid session) => _until.ContainsKey(session);

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
