using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.TestBed.Faults;

/// <summary>One HTTP/1.1 message from the wire: its head, and a body with a given length.</summary>
static partial class HttpMessage
{
    const int Longest = 8 * 1024;

    /// <summary>
    /// The next message; null when the other side has closed the connection, even in the middle of a message.
    /// </summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var buffer = new byte[Longest];
        var length = 0;
        while (LengthOf(buffer.AsSpan(0, length)) is not { } whole || length < whole)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0) return null;
            length += read;
        }
        return buffer[..length];
    }

    /// <summary>Head and body together; null as long as the head is not complete.</summary>
    static int? LengthOf(ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf("\r\n\r\n"u8);
        if (end < 0) return null;
        var length = ContentLength().Match(Encoding.Latin1.GetString(message[..end]));
        return end + 4 + (length.Success ? int.Parse(length.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0);
    }

    [GeneratedRegex(@"\r\nContent-Length:\s*(\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
