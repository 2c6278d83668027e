namespace Handstamp.Proof.Tests.Theft;

/// <param name="Stayed">Seconds from the theft to the last access token that the thief got.</param>
/// <param name="Refreshes">The victim's refreshes in that time.</param>
/// <param name="StillThere">Whether the thief got an access token on the last day, too.</param>
/// <param name="LockedOut">The share of the victim's refreshes after the theft that got it nothing at once.</param>
readonly record struct TheftOutcome(double Stayed, int Refreshes, bool StillThere, double LockedOut);

/// <summary>
/// A victim and a thief who has copied its refresh token, on one session. Both call an API with each access token.
/// Messages take no time and none is lost.
/// </summary>
sealed class TheftRun(RefreshRule rule, VictimTrace trace, double stolen, double until, Random random)
{
    readonly Timeline _time = new();
    readonly List<int> _tokens = [];
    int _victim = RefreshRule.First;
    bool _over;
    bool _trying;
    double _lastGrant;
    int _refreshes;
    int _refreshesAtLastGrant;
    int _refused;

    public VictimTrace Trace => trace;

    public double Stolen => stolen;

    public Random Random => random;

    /// <summary>What the thief holds, in the order in which it got them.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Tells a thief who can see it that the victim refreshes.</summary>
    public event Action<double> VictimRefreshes = _ => { };

    public TheftOutcome Play(Action<TheftRun> thief)
    {
        foreach (var refresh in trace.Refreshes) _time.At(refresh.At, Refresh);
        _time.At(stolen, _ => Steal(thief));
        _time.At(until, _ => _over = true);
        _time.Run(() => _over);
        var lockedOut = (double)_refused / Math.Max(1, _refreshes);
        return new(_lastGrant - stolen, _refreshesAtLastGrant, _lastGrant > until - VictimTrace.Day, lockedOut);
    }

    public void At(double moment, Action<double> happens) => _time.At(moment, happens);

    /// <summary>The thief shows a token; true when it gets an access token for it.</summary>
    public bool Use(int token, double now)
    {
        var answer = Present(token, now);
        if (answer.Verdict != Verdict.Granted) return false;
        (_lastGrant, _refreshesAtLastGrant) = (now, _refreshes);
        if (answer.Token != _tokens[^1]) _tokens.Add(answer.Token);
        return true;
    }

    public void UseNewest(double now) => Use(_tokens[^1], now);

    /// <summary>The thief throws away what it got before this token.</summary>
    public void Forget(int before) => _tokens.RemoveAll(token => token < before);

    void Steal(Action<TheftRun> thief)
    {
        (_refreshes, _refused, _lastGrant) = (0, 0, stolen);
        _tokens.Add(_victim);
        thief(this);
    }

    void Refresh(double now)
    {
        _refreshes++;
        if (!_trying) Try(now, pause: 1);
        if (_trying) _refused++;
        VictimRefreshes(now);
    }

    /// <summary>As clients are told to: again after a second, then with growing pauses.</summary>
    void Try(double now, double pause)
    {
        var answer = Present(_victim, now);
        _trying = answer.Verdict == Verdict.NotNow;
        if (_trying) _time.At(now + pause, at => Try(at, Math.Min(60, pause * 2)));
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
