namespace Handstamp.Proof.Theft;

enum Verdict
{
    /// <summary>A new access token, and the refresh token to use next.</summary>
    Granted,

    /// <summary>No token, but the session is still alive: try again.</summary>
    NotNow,

    /// <summary>The session is over, for everybody.</summary>
    Ended,
}

/// <param name="Verdict">The result for the caller.</param>
/// <param name="Token">The refresh token to use next.</param>
/// <param name="Wait">The seconds after which to try again, if the answer has them.</param>
readonly record struct Answer(Verdict Verdict, int Token = 0, double Wait = 0)
{
    public static Answer Granted(int token) => new(Verdict.Granted, token);

    public static Answer NotNow => new(Verdict.NotNow);

    public static Answer NotBefore(double wait) => new(Verdict.NotNow, Wait: Math.Ceiling(wait));

    public static Answer Ended => new(Verdict.Ended);
}

/// <summary>
/// One session under the rule of some system. Its refresh tokens are numbers, in the order of their issue; time is in
/// seconds. Requests come one after another: overlapping requests are left out.
/// </summary>
abstract class RefreshRule
{
    public const int First = 1;

    bool _ended;

    public Answer Present(int token, double now)
    {
        var answer = _ended ? Answer.Ended : Decide(token, now);
        _ended = answer.Verdict == Verdict.Ended;
        return answer;
    }

    /// <summary>The access token that came with this refresh token is used at an API.</summary>
    public virtual void CallApi(int token)
    {
    }

    protected abstract Answer Decide(int token, double now);
}
