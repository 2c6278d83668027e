namespace Handstamp.Proof.Theft;

// The rules of other systems, read in their sources at the versions that RefreshRules names. No code was copied.

/// <summary>
/// Supabase Auth, token algorithm 2: a counter in the session's row. The current token advances the counter. The
/// previous token is accepted without a time limit, any older one within <paramref name="reuse"/> of the last success,
/// and each success moves that moment.
/// </summary>
sealed class SupabaseRule(double reuse, double login) : RefreshRule
{
    int _counter = First;
    double _refreshedAt = login;

    protected override Answer Decide(int token, double now)
    {
        if (_counter - token > 1 && now - _refreshedAt >= reuse) return Answer.Ended;
        if (token == _counter) _counter++;
        _refreshedAt = now;
        return Answer.Granted(_counter);
    }
}

/// <summary>
/// SuperTokens, driver interface up to 5.4: the row names a parent, which may have children until one of them is used.
/// The core reports a theft, and its SDKs end the session. The SDKs also ask the core about a child's first access
/// token, which promotes that child; a verifier that does not ask the core promotes no child.
/// </summary>
sealed class SuperTokensParentRule(bool askedAtFirstCall) : RefreshRule
{
    readonly Dictionary<int, int> _parents = [];
    int _parent = First;
    int _issued = First;

    public override void CallApi(int token)
    {
        if (askedAtFirstCall) Promote(token);
    }

    protected override Answer Decide(int token, double now)
    {
        Promote(token);
        if (token != _parent) return Answer.Ended;
        _parents[++_issued] = _parent;
        return Answer.Granted(_issued);
    }

    void Promote(int token)
    {
        if (_parents.TryGetValue(token, out var parent) && parent == _parent) _parent = token;
    }
}

/// <summary>
/// SuperTokens, driver interface from 5.6: within <paramref name="grace"/> of a rotation, the previous token gets
/// another successor in place of the first one. The moment does not move.
/// </summary>
sealed class SuperTokensLineageRule(double grace) : RefreshRule
{
    int _current = First;
    int _previous;
    double _rotatedAt;

    protected override Answer Decide(int token, double now)
    {
        if (token == _current) (_previous, _rotatedAt) = (token, now);
        else if (token != _previous || now > _rotatedAt + grace) return Answer.Ended;
        return Answer.Granted(++_current);
    }
}

/// <summary>
/// OpenIddict, and Ory Hydra with a grace period: a redeemed token gets successors for <paramref name="leeway"/> from
/// its first use on, each with its own chain. After that, it ends them all.
/// </summary>
sealed class ForkingRule(double leeway) : RefreshRule
{
    readonly Dictionary<int, double> _redeemed = [];
    int _issued = First;

    protected override Answer Decide(int token, double now)
    {
        _redeemed.TryAdd(token, now);
        return now < _redeemed[token] + leeway ? Answer.Granted(++_issued) : Answer.Ended;
    }
}

/// <summary>Rotation as RFC 9700 §4.14.2 describes it, and as Ory Hydra ships: a used token ends everything.</summary>
sealed class StrictRule : RefreshRule
{
    int _current = First;

    protected override Answer Decide(int token, double now) =>
        token == _current ? Answer.Granted(++_current) : Answer.Ended;
}

/// <summary>
/// Keycloak, Duende IdentityServer and ASP.NET Core Identity as shipped: a token is good until it expires.
/// </summary>
sealed class NoRotationRule : RefreshRule
{
    protected override Answer Decide(int token, double now) => Answer.Granted(token);
}
