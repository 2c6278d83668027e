namespace Handstamp.Proof.Theft;

/// <param name="Stayed">Seconds from the theft to the last access token that the thief got.</param>
/// <param name="Refreshes">The victim's refreshes in that time.</param>
/// <param name="StillThere">Whether the thief got an access token on the last day, too.</param>
readonly record struct TheftOutcome(double Stayed, int Refreshes, bool StillThere);

/// <summary>
/// A victim and a thief who has copied the victim's refresh token, on one session. Both call an API with each access
/// token. Messages take no time, and none is lost.
/// </summary>
sealed class TheftRun(RefreshRule rule, VictimTrace trace, double stolen, double until, Random random)
{
    readonly Timeline _time = new();
    int _victim = RefreshRule.First;
    bool _over;
    bool _trying;
    double _lastGrant;
    int _refreshes;
    int _refreshesAtLastGrant;

    public VictimTrace Trace => trace;

    public double Stolen => stolen;

    public Random Random => random;

    /// <summary>The newest token that the thief holds.</summary>
    public int Newest { get; private set; }

    /// <summary>Tells a thief who can see the victim's refreshes about each refresh.</summary>
    public event Action<double> VictimRefreshes = _ => { };

    public TheftOutcome Play(Action<TheftRun> thief)
    {
        foreach (var refresh in trace.Refreshes) _time.At(refresh.At, Refresh);
        _time.At(stolen, _ => Steal(thief));
        _time.At(until, _ => _over = true);
        _time.Run(() => _over);
        return new(_lastGrant - stolen, _refreshesAtLastGrant, _lastGrant > until - VictimTrace.Day);
    }

    public void At(double moment, Action<double> happens) => _time.At(moment, happens);

    /// <summary>The thief sends a token.</summary>
    public Answer Use(int token, double now)
    {
        var answer = Present(token, now);
        if (answer.Verdict != Verdict.Granted) return answer;
        (_lastGrant, _refreshesAtLastGrant, Newest) = (now, _refreshes, answer.Token);
        return answer;
    }

    public void UseNewest(double now) => Use(Newest, now);

    void Steal(Action<TheftRun> thief)
    {
        (_refreshes, _lastGrant) = (0, stolen);
        Newest = _victim;
        thief(this);
    }

    void Refresh(double now)
    {
        _refreshes++;
        if (!_trying) Try(now, pause: 1);
        VictimRefreshes(now);
    }

    /// <summary>Waits as clients should: for the time in the answer, or with growing pauses.</summary>
    void Try(double now, double pause)
    {
        var answer = Present(_victim, now);
        _trying = answer.Verdict == Verdict.NotNow;
        if (_trying) _time.At(now + Math.Max(pause, answer.Wait), at => Try(at, Math.Min(60, pause * 2)));
        if (answer.Verdict == Verdict.Granted) _victim = answer.Token;
    }

    Answer Present(int token, double now)
    {
        var answer = rule.Present(token, now);
        if (answer.Verdict == Verdict.Granted) rule.CallApi(answer.Token);
        _over = answer.Verdict == Verdict.Ended;
        return answer;
    }
}
