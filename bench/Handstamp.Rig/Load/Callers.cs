using System.Text;

namespace Handstamp.Rig.Load;

/// <summary>Sends one request after another, each after the answer to the previous one.</summary>
abstract class Caller
{
    /// <summary>The next request; empty when no request is left.</summary>
    public abstract ReadOnlySpan<byte> Next();

    public abstract void Take(int status, ReadOnlySpan<byte> body);
}

/// <summary>The same request each time.</summary>
sealed class RepeatingCaller(byte[] request, int expected) : Caller
{
    public override ReadOnlySpan<byte> Next() => request;

    public override void Take(int status, ReadOnlySpan<byte> body)
    {
        if (status != expected) throw new UnexpectedAnswerException(status, Encoding.UTF8.GetString(body));
    }
}

/// <summary>One of many requests each time, shared with the other callers.</summary>
sealed class DrawingCaller(Draw requests) : Caller
{
    public override ReadOnlySpan<byte> Next() => requests.Next();

    public override void Take(int status, ReadOnlySpan<byte> body)
    {
        if (status != 200) throw new UnexpectedAnswerException(status, Encoding.UTF8.GetString(body));
    }
}

/// <summary>Requests in a row: each once, or repeatedly.</summary>
sealed class Draw(IReadOnlyList<byte[]> requests, bool again)
{
    int _next;

    public ReadOnlySpan<byte> Next()
    {
        if (_next == requests.Count && again) _next = 0;
        return _next < requests.Count ? requests[_next++] : [];
    }
}

/// <summary>A session: every answer contains the refresh token for the next request.</summary>
sealed class RefreshingCaller(RefreshTemplate template, string refreshToken, List<string>? accessTokens = null) : Caller
{
    readonly byte[] _request = new byte[16 * 1024];
    byte[] _token = Encoding.ASCII.GetBytes(refreshToken);

    public string RefreshToken => Encoding.ASCII.GetString(_token);

    public override ReadOnlySpan<byte> Next() => template.Write(_token, _request);

    public override void Take(int status, ReadOnlySpan<byte> body)
    {
        if (status != 200) throw new UnexpectedAnswerException(status, Encoding.UTF8.GetString(body));
        var token = Member(body, template.RefreshMember);
        if (token.Length == _token.Length) token.CopyTo(_token);
        else _token = token.ToArray();
        accessTokens?.Add(Encoding.ASCII.GetString(Member(body, template.AccessMember)));
    }

    // A text without escapes, as tokens are, with or without a space before it.
    static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> body, byte[] name)
    {
        var at = body.IndexOf(name);
        if (at < 0) throw new UnexpectedAnswerException(200, Encoding.UTF8.GetString(body));
        var value = body[(at + name.Length)..];
        value = value[(value.IndexOf((byte)'"') + 1)..];
        return value[..value.IndexOf((byte)'"')];
    }
}
