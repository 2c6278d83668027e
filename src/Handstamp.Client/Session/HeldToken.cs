using System.Net.Http.Headers;
using Handstamp.Tokens;

namespace Handstamp.Client.Session;

/// <summary>The access token of a session. A class and not a record: its text must not show the token.</summary>
sealed class HeldToken
{
    readonly TimeSpan _life;
    readonly TimeSpan _left;
    readonly ClockReading _received;
    readonly bool _isFromService;

    /// <summary>
    /// A random moment in the last fifth of its life, so that a thief who wants to use a stolen token at the same time
    /// has to guess.
    /// </summary>
    readonly TimeSpan _rest;

    HeldToken(StoredSession session, TimeSpan left, bool isFromService, TimeProvider time)
    {
        (AccessToken, Resource, SessionId, Key) = (session.AccessToken, session.Resource, session.SessionId, session.ImportKey());
        (_life, _left, _isFromService) = (session.Life, left, isFromService);
        _received = new ClockReading(time);
        _rest = _life * (Jitter.Next() / 5);
    }

    public string AccessToken { get; }

    /// <summary>The requested resource.</summary>
    public string? Resource { get; }

    public Guid SessionId { get; }

    /// <summary>The key whose proof the token needs; null if the token is not bound to a key.</summary>
    public SigningKey? Key { get; }

    public AuthenticationHeaderValue Authorization => new(Key is null ? "Bearer" : "DPoP", AccessToken);

    /// <summary>How long until it expires.</summary>
    public TimeSpan Left => _left - _received.Elapsed;

    /// <summary>How long until it should be refreshed.</summary>
    public TimeSpan UntilRefresh => Left - _rest;

    /// <summary>
    /// Whether certainly nine tenths of its life remain. For a token that another process has got, only the wall clock
    /// tells its age, and that clock may have been set.
    /// </summary>
    public bool IsFresh => _isFromService && Left > 0.9 * _life;

    /// <summary>Whether a fifth of its life, or less, remains.</summary>
    public bool IsOld => Left < 0.2 * _life;

    /// <summary>The tokens of an answer that has just arrived.</summary>
    public static HeldToken Issued(StoredSession session, TimeProvider time) =>
        new(session, session.Life, isFromService: true, time);

    /// <summary>The tokens that this or another process has put into the store.</summary>
    public static HeldToken Found(StoredSession session, TimeProvider time)
    {
        var age = time.GetUtcNow() - session.IssuedAt;
        // The time is in the future, so the clock has been set, and the age is unknown.
        var left = age < TimeSpan.Zero ? TimeSpan.Zero : session.Life - age;
        return new(session, left, isFromService: false, time);
    }
}
