using System.Buffers.Text;
using System.Globalization;

namespace Handstamp.Rig.Load;

/// <summary>Reads as much of HTTP/1.1 as these servers use in their answers.</summary>
static class HttpAnswer
{
    const int StatusAt = 9; // after "HTTP/1.1 "

    static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    /// <summary>
    /// Whether <paramref name="received"/> is a whole answer; its body is then one piece, chunked or not.
    /// </summary>
    public static bool TryRead(Span<byte> received, out int status, out Range body)
    {
        (status, body) = (0, default);
        var headEnd = received.IndexOf(End);
        if (headEnd < 0) return false;

        var head = received[..(headEnd + 2)];
        _ = Utf8Parser.TryParse(head[StatusAt..], out status, out _);
        var start = headEnd + End.Length;
        var length = Find(head, "\r\nContent-Length: "u8, "\r\ncontent-length: "u8);
        if (length < 0 && status != 204) return TryJoin(received, start, out body);

        body = start..(start + Math.Max(length, 0));
        return body.End.Value <= received.Length;
    }

    static int Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> lower)
    {
        var (at, skipped) = (head.IndexOf(name), name.Length);
        if (at < 0) at = head.IndexOf(lower);
        return at >= 0 && Utf8Parser.TryParse(head[(at + skipped)..], out int value, out _) ? value : -1;
    }

    static bool TryJoin(Span<byte> received, int start, out Range body)
    {
        body = default;
        if (!received.EndsWith("\r\n0\r\n\r\n"u8)) return false;

        var (read, written) = (start, start);
        while (true)
        {
            var line = received[read..].IndexOf("\r\n"u8);
            var size = received.Slice(read, line);
            var length = int.Parse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (length == 0) break;
            received.Slice(read + line + 2, length).CopyTo(received[written..]);
            (read, written) = (read + line + 2 + length + 2, written + length);
        }

        body = start..written;
        return true;
    }
}
