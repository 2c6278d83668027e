namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// The followers of the feed at this node. Each follower is an open connection, so their number is limited, and no API
/// can take the places of the others.
/// </summary>
sealed class FollowerPlaces
{
    public const int Most = 1000;
    public const int MostOfOne = 250;

    readonly Lock _lock = new();
    readonly Dictionary<string, int> _taken = [];
    int _all;

    /// <summary>False if all places are taken, or the maximum for one API.</summary>
    public bool TryTake(string api)
    {
        lock (_lock)
        {
            var own = _taken.GetValueOrDefault(api);
            if (_all >= Most || own >= MostOfOne) return false;
            _taken[api] = own + 1;
            _all++;
            return true;
        }
    }

    public void GiveBack(string api)
    {
        lock (_lock)
        {
            _all--;
            if (--_taken[api] == 0) _taken.Remove(api);
        }
    }
}
