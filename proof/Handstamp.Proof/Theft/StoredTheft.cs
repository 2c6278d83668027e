using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Theft;

/// <summary>
/// A thief with a copied token does anything that it likes, more than a window away from the victim's refreshes, on a
/// stored session. The pure decision gets the same requests, and has to give the same answers.
/// </summary>
sealed class StoredTheft(RefreshRule stored, Random random)
{
    static readonly double Window = HandstampRule.Defaults.RetryWindow.TotalSeconds;

    readonly HandstampRule _pure = new(HandstampRule.Defaults, login: 0);
    readonly List<int> _held = [RefreshRule.First];
    readonly List<string> _steps = [];
    int _victim = RefreshRule.First;
    double _now;
    bool _ended;

    /// <summary>Null, or how the thief kept a working token after the victim's second refresh.</summary>
    public static async Task<string?> PlayAsync(StoredSessions sessions, Random random)
    {
        var run = new StoredTheft(await sessions.LogInAsync(), random);
        return run.Play() ? null : string.Join('\n', run._steps);
    }

    bool Play()
    {
        for (var refresh = 1; refresh <= 2 && !_ended; refresh++)
        {
            var due = _now + random.Between(480, 600);
            Rob(_now + Window, due - Window);
            Show(_victim, due, token => _victim = token);
        }
        return _ended || _held.TrueForAll(HasNoUse);
    }

    void Rob(double from, double until)
    {
        var uses = Enumerable.Range(0, random.Next(6)).Select(_ => random.Between(from + 0.001, until - 0.001));
        foreach (var moment in uses.Order().ToList()) Show(_held[random.Next(_held.Count)], moment, _held.Add);
    }

    void Show(int token, double moment, Action<int> granted)
    {
        if (_ended) return;
        _now = Math.Round(moment, 3);
        var answer = stored.Present(token, _now);
        _steps.Add($"{_now:0.000} s: {token} gets {answer}; live {_pure.Row.First} to {_pure.Row.Last}");
        var pure = _pure.Present(token, _now);
        if ((answer.Verdict, answer.Token) != (pure.Verdict, pure.Token)) throw new InvalidOperationException(string.Join('\n', _steps));
        if (answer.Verdict == Verdict.Granted) granted(answer.Token);
        _ended = answer.Verdict == Verdict.Ended;
    }

    bool HasNoUse(int token) => new[] { 0, Window }.All(later =>
        RotationRules.Decide(_pure.Row, token, HandstampRule.Moment(_now + later), HandstampRule.Defaults).Answer == 0);
}
