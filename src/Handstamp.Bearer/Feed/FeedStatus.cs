namespace Handstamp.Bearer.Feed;

/// <summary>How this API stands with the revocation feed.</summary>
enum FeedState
{
    /// <summary>It has not caught up since the start.</summary>
    Connecting,

    /// <summary>Revocations reach this API.</summary>
    Following,

    /// <summary>It was followed, and nothing has been heard for too long.</summary>
    Lost,

    /// <summary>The issuer does not let this API follow: it has no credential, or a wrong one.</summary>
    Refused,

    /// <summary>The issuer has no feed.</summary>
    NotOffered,

    /// <summary>It holds an event that can't be verified.</summary>
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

    /// <summary>A frame has come, and all before it has been taken in.</summary>
    public void Heard()
    {
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        _state = FeedState.Following;
    }

    /// <summary>
    /// The feed can't be followed, for a reason that waiting does not cure. A broken line needs no call: it is silence.
    /// </summary>
    public void Fail(FeedState reason) => _state = reason;
}
