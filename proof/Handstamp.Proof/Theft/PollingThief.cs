using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Theft;

/// <summary>
/// A thief who cannot see the refreshes, and asks the service instead. It sends the copy first and keeps sending it: an
/// answer with a token that is not its own has the victim's present token; a 409 means that the victim has moved on.
/// Then it sends the token that the victim sent, as far as it knows which one that was, and gets the victim's next
/// token as a replay. It reads generation numbers, which are in a token, and the time of issue from
/// <c>refresh_expires_in</c>. It knows the victim's interval, and stays within the limit on late retries. Messages take
/// no time, and none is lost.
/// </summary>
sealed class PollingThief
{
    // Seldom enough that the victim mostly comes after the replays of the thief's token, which the thief would not
    // notice. Often enough to see the victim's token while it is replayed.
    const double WhileUncertain = 24.5;

    // Replays continue for twenty seconds after the victim has moved on.
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

    /// <summary>The share of the thieves that still get access tokens after a day of use by the victim.</summary>
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

    /// <summary>The victim has moved on; the token that it sent gets its new token.</summary>
    void Follow(double now)
    {
        _shown = _victims ?? Likeliest(now);
        var answer = Show(_shown, now);
        // Within the gap, the thief would later get another token than the victim's. With the wrong token, the session
        // ends.
        if (answer.Verdict != Verdict.Granted) _over = true;
        _own.Clear();
        _victims = IsNew(now) ? null : answer.Token;
        (_lastGrant, _victimRefreshed) = (now, Issued);
        if (_victims is null) _own.Add((now, answer.Token));
        _thiefAt = Next(now);
    }

    /// <summary>
    /// The thief's own token that the victim got as a replay: the last one that the thief had when the victim was due.
    /// </summary>
    int Likeliest(double now)
    {
        var (from, until) = (now - WhileUncertain - VictimTrace.LifeFor(_jitter), now - VictimTrace.LifeFor(_jitter) + _jitter);
        var replays = (_options.RetryWindow - _options.QuietGap).TotalSeconds;
        return _own.MaxBy(own => Math.Min(until, own.At + replays) - Math.Max(from, own.At)).Token;
    }

    double Next(double now)
    {
        var life = VictimTrace.LifeFor(_jitter);
        // A thief who knows the victim's token need not ask before that token can be used.
        var next = _victims is null ? now + WhileUncertain : Math.Max(now + WhileCertain, _victimRefreshed + life - _jitter);
        // Leave one late retry for the victim as long as the victim may need it.
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
