namespace Handstamp.Proof.Theft;

/// <summary>
/// A client that alone holds its session goes through a trace under some rule. It keeps the last answer, as a cookie
/// does, calls an API with each one, and logs in again whenever its session ends. Each such login is a false logout.
/// </summary>
sealed class HonestClient(NamedRule rule, IReadOnlyList<Refresh> trace)
{
    readonly Timeline _time = new();
    RefreshRule _session = rule.Login(0);
    int _stored = RefreshRule.First;
    int _begun;
    int _done;
    int _logouts;

    public static int CountFalseLogouts(NamedRule rule, IReadOnlyList<Refresh> trace) =>
        new HonestClient(rule, trace).Play();

    int Play()
    {
        _time.At(60, Begin);
        _time.Run(isOver: () => false);
        return _done == trace.Count
            ? _logouts
            : throw new InvalidOperationException($"{rule.Name}: refresh {_begun} never succeeded.");
    }

    void Begin(double now)
    {
        if (_begun == trace.Count) return;
        var round = ++_begun;
        foreach (var attempt in trace[round - 1].Attempts)
            _time.At(now + attempt.Start, at => Send(attempt, round, at));
    }

    void Send(Attempt attempt, int round, double now)
    {
        if (_done >= round || attempt.Fate == Fate.RequestLost) return;
        var (session, token) = (_session, _stored);
        _time.At(now + attempt.RequestTakes, at => Deliver(attempt, round, session, token, at));
    }

    void Deliver(Attempt attempt, int round, RefreshRule session, int token, double now)
    {
        var answer = session.Present(token, now);
        var heard = now + attempt.AnswerTakes;
        if (answer.Verdict == Verdict.Ended) LogInAgain(round, session, now);
        else if (attempt.Fate == Fate.AnswerLost) return;
        else if (answer.Verdict == Verdict.NotNow) _time.At(heard + Math.Max(1, answer.Wait), at => Send(attempt, round, at));
        else _time.At(heard, at => Store(round, session, answer.Token, at));
    }

    void Store(int round, RefreshRule session, int token, double now)
    {
        session.CallApi(token);
        if (session == _session) _stored = token;
        Finish(round, now);
    }

    // Several requests of one refresh may find that the session has ended; count that once.
    void LogInAgain(int round, RefreshRule session, double now)
    {
        if (session == _session) (_session, _stored, _logouts) = (rule.Login(now), RefreshRule.First, _logouts + 1);
        Finish(round, now);
    }

    void Finish(int round, double now)
    {
        if (_done >= round) return;
        _done = round;
        _time.At(now + trace[round - 1].Pause, Begin);
    }
}
