namespace Handstamp.Proof.Theft;

/// <summary>The result of a jar: its page views, the lost answers with a token, and the false logouts.</summary>
readonly record struct JarResult(int Views, int LostAnswers, int Logouts)
{
    public static JarResult operator +(JarResult one, JarResult other) =>
        new(one.Views + other.Views, one.LostAnswers + other.LostAnswers, one.Logouts + other.Logouts);
}

/// <summary>
/// One jar of cookies under some rule. Each view of a page sends its requests, whatever happened to others, and each
/// answer that sets a cookie replaces the contents of the jar, in the order of arrival. A request whose answer is lost
/// is abandoned and sent again, with the token that the jar holds then.
/// </summary>
sealed class JarClient(NamedRule rule, IEnumerator<Refresh> views, Outages outages, int lostAnswers)
{
    const double GiveUp = 10;

    readonly Timeline _time = new();
    RefreshRule _session = rule.Login(0);
    int _jar = RefreshRule.First;
    JarResult _result;

    /// <summary>Runs until the views are over, or the given number of answers is lost.</summary>
    public static JarResult Play(NamedRule rule, IEnumerable<Refresh> views, Outages outages, int lostAnswers = int.MaxValue) =>
        new JarClient(rule, views.GetEnumerator(), outages, lostAnswers).Play();

    JarResult Play()
    {
        _time.At(60, View);
        _time.Run(() => _result.LostAnswers >= lostAnswers);
        return _result;
    }

    void View(double now)
    {
        if (!views.MoveNext()) return;
        _result += new JarResult(1, 0, 0);
        foreach (var request in views.Current.Attempts) _time.At(now + request.Start, at => Send(request, at));
        _time.At(now + views.Current.Pause, View);
    }

    void Send(Attempt request, double now)
    {
        var (session, token) = (_session, _jar);
        _time.At(now + request.RequestTakes, at => Deliver(request, session, token, at));
    }

    void SendAgain(Attempt request, double when) => _time.At(when, at => Send(request, at));

    void Deliver(Attempt request, RefreshRule session, int token, double now)
    {
        var answer = session.Present(token, now);
        if (answer.Verdict == Verdict.Ended) LogInAgain(session, now);
        else if (outages.Has(now)) Lose(request, answer, now);
        else if (answer.Verdict == Verdict.NotNow) SendAgain(request, now + request.AnswerTakes + Math.Max(1, answer.Wait));
        // An answer that repeats the presented token sets no cookie.
        else if (answer.Token != token) _time.At(now + request.AnswerTakes, _ => Store(session, answer.Token));
    }

    void Lose(Attempt request, Answer answer, double now)
    {
        if (answer.Verdict == Verdict.Granted) _result += new JarResult(0, 1, 0);
        SendAgain(request, now - request.RequestTakes + GiveUp);
    }

    void Store(RefreshRule session, int token)
    {
        session.CallApi(token);
        if (session == _session) _jar = token;
    }

    // Several requests may find that the session has ended; count that once.
    void LogInAgain(RefreshRule session, double now)
    {
        if (session != _session) return;
        (_session, _jar) = (rule.Login(now), RefreshRule.First);
        _result += new JarResult(0, 0, 1);
    }
}
