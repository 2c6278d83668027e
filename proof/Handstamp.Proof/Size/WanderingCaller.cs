using System.Text;
using Handstamp.Rig.Load;
using Handstamp.Rig.Targets;

namespace Handstamp.Proof.Size;

/// <summary>
/// Refreshes a session that is drawn from its own share of the population each time, never another caller's session.
/// </summary>
sealed class WanderingCaller(Population people, int[] refreshed, int share, int shares) : Caller
{
    readonly Random _random = new(share);
    readonly RefreshTemplate _template = Dialect.Handstamp.Template;
    readonly byte[] _request = new byte[1024];
    int _session;

    public override ReadOnlySpan<byte> Next()
    {
        _session = (_random.Next(people.Count / shares) * shares) + share;
        var token = people.Token(_session, refreshed[_session] + 1).Encode();
        return _template.Write(Encoding.ASCII.GetBytes(token), _request);
    }

    public override void Take(int status, ReadOnlySpan<byte> body)
    {
        if (status != 200) throw new UnexpectedAnswerException(status, Encoding.UTF8.GetString(body));
        refreshed[_session]++;
    }
}
