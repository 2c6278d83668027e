using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Theft;

/// <summary>
/// A thief who can't see the refreshes, and asks the service. It shows the copy first and goes on showing it: an answer
/// with a token that is not its own is the one that the victim now has; a 409 means that the victim has moved on. Then
/// it shows the token that the victim showed, as far as it knows which that was, and gets the victim's next one as a
/// replay. It reads generation numbers, which a token has, and the time of an issue from <c>refresh_expires_in</c>. It
/// knows the victim's interval, and keeps within the limit on late retries. Messages take no time and none is lost.
/// </summary>
sealed class PollingThief
{
    // Seldom enough that the victim rather comes after the replays of what the thief got, which it would not notice; often
    // enough to see what the victim got while that is replayed.
    const double WhileUncertain = 24.5;

    // Replays go on for twenty seconds after the victim has moved on.
    const double WhileCertain = 19.9;

    readonly RotationOptions _options;
    readonly HandstampRule _rule;
    readonly double _jitter;
    readonly Random _random;
    readonly List<(double At, int Token)> _own = [];

    int _victim = RefreshRule.First;
    double _victimAt;
    double _thiefAt;
    int _shown = RefreshRule.First;
    int? _victims;
    double _victimRefreshed;
    double _lastGrant;
    bool _over;

    PollingThief(RotationOptions options, double jitter, Random random)
    {
        (_options, _jitter, _random) = (options, jitter, random);
        _rule = new HandstampRule(options, login: 0);
        var first = VictimTrace.After(0, jitter, random);
        (_victimAt, _thiefAt) = (first.At, first.Earliest);
    }

    /// <summary>Of so many thieves the share that still gets access tokens after a day of the victim's use.</summary>
    public static double Staying(RotationOptions options, double jitter, int seed, int runs) =>
        ParallelEnumerable.Range(0, runs)
            .Average(run => new PollingThief(options, jitter, Draws.Generator(seed, part: -5000 - (int)jitter, run)).Stays() ? 1.0 : 0.0);

    bool Stays()
    {
        while (!_over && Math.Min(_victimAt, _thiefAt) < VictimTrace.Day)
        {
            if (_victimAt <= _thiefAt) Refresh(_victimAt);
            else Poll(_thiefAt);
        }
        return !_over && _lastGrant > VictimTrace.Day - (2 * VictimTrace.LifeFor(_jitter));
    }

    void Refresh(double now)
    {
        var answer = Show(_victim, now);
        if (answer.Verdict == Verdict.Granted) (_victim, _victimAt) = (answer.Token, VictimTrace.After(now, _jitter, _random).At);
        else _victimAt = now + Math.Max(1, answer.Wait);
    }

    void Poll(double now)
    {
        var answer = Show(_shown, now);
        if (answer is { Verdict: Verdict.NotNow, Wait: 0 })
        {
            Follow(now);
            return;
        }
        if (answer.Verdict == Verdict.Granted) Hear(answer.Token, now);
        _thiefAt = Next(now);
    }

    void Hear(int token, double now)
    {
        _lastGrant = now;
        if (IsNew(now)) _own.Add((now, token));
        else if (token != _shown && token != _victims && _own.TrueForAll(own => own.Token != token))
            (_victims, _victimRefreshed) = (token, Issued);
    }

    /// <summary>The victim has moved on; the token that it showed gets the one that it has now.</summary>
    void Follow(double now)
    {
        _shown = _victims ?? Likeliest(now);
        var answer = Show(_shown, now);
        // Within the gap it would get another token than the victim's, later; with the wrong token the session ends.
        if (answer.Verdict != Verdict.Granted) _over = true;
        _own.Clear();
        _victims = IsNew(now) ? null : answer.Token;
        (_lastGrant, _victimRefreshed) = (now, Issued);
        if (_victims is null) _own.Add((now, answer.Token));
        _thiefAt = Next(now);
    }

    /// <summary>Of its own tokens the one that the victim got as a replay: the last of them when the victim was due.</summary>
    int Likeliest(double now)
    {
        var (from, until) = (now - WhileUncertain - VictimTrace.LifeFor(_jitter), now - VictimTrace.LifeFor(_jitter) + _jitter);
        var replays = (_options.RetryWindow - _options.QuietGap).TotalSeconds;
        return _own.MaxBy(own => Math.Min(until, own.At + replays) - Math.Max(from, own.At)).Token;
    }

    double Next(double now)
    {
        var life = VictimTrace.LifeFor(_jitter);
        // Who knows what the victim holds need not ask before that can be used.
        var next = _victims is null ? now + WhileUncertain : Math.Max(now + WhileCertain, _victimRefreshed + life - _jitter);
        // The victim's own late retry has to be left over as long as it may come.
        var left = _options.LateRetryLimit - (_rule.Row.Last - _rule.Row.First) - (_victims is null ? 1 : 0);
        var spent = left <= 0 && next - Issued >= _options.RetryWindow.TotalSeconds;
        return spent ? Math.Max(next, _victimRefreshed + life + 0.01) : next;
    }

    bool IsNew(double now) => Issued > now - 0.001;

    double Issued => (_rule.Row.IssuedAt - HandstampRule.Moment(0)).TotalSeconds;

    Answer Show(int token, double now)
    {
        var answer = _rule.Present(token, now);
        _over |= answer.Verdict == Verdict.Ended;
        return answer;
    }
}
