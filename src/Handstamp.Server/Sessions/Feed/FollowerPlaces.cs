namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// Who follows the feed at this node. Each follower is an open connection, so there is an end to them; and none of the APIs
/// can take the places of the others.
/// </summary>
sealed class FollowerPlaces
{
    public const int Most = 1000;
    public const int MostOfOne = 250;

    readonly Lock _lock = new();
    readonly Dictionary<string, int> _taken = [];
    int _all;

    /// <summary>False when all are taken, or as many as one API gets.</summary>
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
