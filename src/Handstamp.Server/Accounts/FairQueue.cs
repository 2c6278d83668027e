using System.Net;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The requests that wait for a hash, by site. Sites take turns. If there is no room, a new request displaces the last
/// one of the site that has the most, if its own site has fewer. So a caller who fills the queue fills only its own
/// share. Not thread-safe.
/// </summary>
sealed class FairQueue(int limit)
{
    readonly Dictionary<IPAddress, LinkedListNode<Site>> _sites = [];
    readonly LinkedList<Site> _turns = new();
    int _count;

    /// <summary>
    /// False if there is no room. Otherwise <paramref name="displaced"/> is the request that had to leave, if any.
    /// </summary>
    public bool TryAdd(HashingPlace place, out HashingPlace? displaced)
    {
        displaced = null;
        if (_count >= limit && !TryDisplace(place.Site, out displaced)) return false;
        if (!_sites.TryGetValue(place.Site, out var site))
            _sites.Add(place.Site, site = _turns.AddLast(new Site(place.Site)));
        site.Value.Waiting.AddLast(place);
        _count++;
        return true;
    }

    public bool Holds(HashingPlace place) =>
        _sites.TryGetValue(place.Site, out var site) && site.Value.Waiting.Contains(place);

    /// <summary>The first request that is ready, of the site whose turn it is; null if there is none.</summary>
    public HashingPlace? TakeNext()
    {
        foreach (var site in _turns)
        {
            if (site.Waiting.FirstOrDefault(place => place.IsReady) is not { } next) continue;
            Remove(next);
            if (_sites.TryGetValue(site.Address, out var turn)) MoveToEnd(turn);
            return next;
        }
        return null;
    }

    public void Remove(HashingPlace place)
    {
        if (!_sites.TryGetValue(place.Site, out var site) || !site.Value.Waiting.Remove(place)) return;
        _count--;
        if (site.Value.Waiting.Count > 0) return;
        _turns.Remove(site);
        _sites.Remove(place.Site);
    }

    /// <summary>Removes all, and returns them.</summary>
    public IReadOnlyList<HashingPlace> Clear()
    {
        List<HashingPlace> all = [.. _turns.SelectMany(site => site.Waiting)];
        all.ForEach(Remove);
        return all;
    }

    bool TryDisplace(IPAddress newcomer, out HashingPlace? displaced)
    {
        displaced = null;
        var own = _sites.TryGetValue(newcomer, out var site) ? site.Value.Waiting.Count : 0;
        // Otherwise the new request's site could then be the one that has the most.
        if (_turns.MaxBy(other => other.Waiting.Count) is not { } fullest || own + 1 >= fullest.Waiting.Count) return false;
        displaced = fullest.Waiting.Last!.Value;
        Remove(displaced);
        return true;
    }

    void MoveToEnd(LinkedListNode<Site> turn)
    {
        _turns.Remove(turn);
        _turns.AddLast(turn);
    }

    sealed record Site(IPAddress Address)
    {
        public LinkedList<HashingPlace> Waiting { get; } = new();
    }
}
