using Handstamp.Proof.Rotation;
using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Theft;

/// <summary>The decision that the service runs. The variant without the quiet gap only shows what the gap is for.</summary>
class HandstampRule(RotationOptions options, double login, bool quietGap = true) : RefreshRule
{
    public static readonly RotationOptions Defaults = new SessionOptions().Rotation;

    public static readonly RotationOptions NoWindow = Defaults with { RetryWindow = TimeSpan.Zero };

    public static readonly RotationOptions Strict = new(TimeSpan.Zero, LateRetryLimit: 0);

    public RotationState Row { get; private set; } = RotationState.AtLogin(Moment(login));

    public static DateTimeOffset Moment(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);

    protected override Answer Decide(int token, double now)
    {
        var decision = RotationRules.Decide(Row, token, Moment(now), options);
        if (!quietGap) decision = decision.WithoutGap(Row);
        Row = decision.Next;
        return decision.Verdict switch
        {
            RotationVerdict.Reuse or RotationVerdict.RolledBack => Answer.Ended,
            RotationVerdict.Superseded => Answer.NotNow,
            RotationVerdict.Quiet => Answer.NotBefore((Row.IssuedAt + options.RetryWindow - Moment(now)).TotalSeconds),
            _ => Answer.Granted(decision.Answer),
        };
    }
}

/// <summary>
/// The same with <c>Sessions:SuspectedSharing</c> <c>end</c>: repeated late retries also end the session. The other
/// sign, alternating places, is left out: this thief has the victim's network and user agent.
/// </summary>
sealed class HandstampSignsRule(double login) : HandstampRule(Defaults, login)
{
    protected override Answer Decide(int token, double now)
    {
        var last = Row.Last;
        var answer = base.Decide(token, now);
        return Row.Last != last && Row.Last - Row.First >= 2 ? Answer.Ended : answer;
    }
}
