using System.Text;
using Handstamp.Rig.Load;

namespace Handstamp.Proof.Growth;

/// <summary>Sends the next of the requests that all callers share, until none is left.</summary>
sealed class StrangerCaller(IEnumerator<Message> requests, IReadOnlyList<int> expected) : Caller
{
    public override ReadOnlySpan<byte> Next() => requests.MoveNext() ? requests.Current.ToBytes() : [];

    public override void Take(int status, ReadOnlySpan<byte> body)
    {
        if (!expected.Contains(status)) throw new UnexpectedAnswerException(status, Encoding.UTF8.GetString(body));
    }
}
