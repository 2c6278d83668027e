using System.Collections.Concurrent;
using System.Text;
using Handstamp.Rig.Load;

namespace Handstamp.Proof.Flood;

/// <summary>Tries to log in, with another unknown address each time, and counts the answers.</summary>
sealed class FloodCaller(int number, ConcurrentDictionary<int, int> answers) : Caller
{
    int _attempts;

    public override ReadOnlySpan<byte> Next() => Message.Json(
        "/login", $$"""{"email":"nobody-{{number}}-{{_attempts++}}@example.com","password":"a wrong password"}""").ToBytes();

    public override void Take(int status, ReadOnlySpan<byte> body)
    {
        if (status is not (401 or 503)) throw new UnexpectedAnswerException(status, Encoding.UTF8.GetString(body));
        answers.AddOrUpdate(status, 1, (_, count) => count + 1);
    }
}
