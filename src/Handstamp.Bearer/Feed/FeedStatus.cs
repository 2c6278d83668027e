namespace Handstamp.Bearer.Feed;

/// <summary>The state of this API's connection to the revocation feed.</summary>
enum FeedState
{
    /// <summary>The API has not caught up since the start.</summary>
    Connecting,

    /// <summary>Revocations reach this API.</summary>
    Following,

    /// <summary>The API followed the feed, but has received nothing for too long.</summary>
    Lost,

    /// <summary>The issuer does not let this API follow: the API has no credential, or a wrong one.</summary>
    Refused,

    /// <summary>The issuer has no feed.</summary>
    NotOffered,

    /// <summary>The feed has an event that cannot be verified.</summary>
    Untrusted,
}

/// <summary>Whether this API knows what has been revoked. Read by every request, written by the follower.</summary>
sealed class FeedStatus(TimeProvider time)
{
    /// <summary>How long the feed may be silent: three heartbeats, and one second.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(10);

    volatile FeedState _state;
    long _heardAt;

    /// <summary>How long ago the last frame came.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _heardAt));

    public FeedState State => _state switch
    {
        FeedState.Following when Silence >= LostAfter => FeedState.Lost,
        var state => state,
    };

    /// <summary>A frame has arrived, and everything before it has been processed.</summary>
    public void Heard()
    {
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        _state = FeedState.Following;
    }

    /// <summary>
    /// The feed cannot be followed, for a reason that waiting does not remove. A broken connection needs no call,
    /// because it is noticed as silence.
    /// </summary>
    public void Fail(FeedState reason) => _state = reason;
}
