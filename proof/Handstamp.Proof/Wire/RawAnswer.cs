using System.Globalization;
using System.Text;

namespace Handstamp.Proof.Wire;

/// <summary>An answer as it was received on the wire.</summary>
sealed record RawAnswer(int Status, string Head, byte[] Body)
{
    static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    public string Text => Encoding.UTF8.GetString(Body);

    public bool Closes => Header("Connection").Equals("close", StringComparison.OrdinalIgnoreCase);

    public string Header(string name) =>
        Head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";

    /// <summary>The first answer in these bytes, and its length; null while a part of it is missing.</summary>
    public static RawAnswer? Read(ReadOnlySpan<byte> bytes, out int length)
    {
        length = bytes.IndexOf(EndOfHead) + EndOfHead.Length;
        if (length < EndOfHead.Length) return null;
        var head = Encoding.Latin1.GetString(bytes[..length]);
        var answer = new RawAnswer(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, []);
        if (answer.Status is 100) return Read(bytes[length..], out var next) is { } final ? Moved(final, next, ref length) : null;
        var body = answer.Header("Transfer-Encoding") == "chunked" ? Chunks(bytes[length..], ref length) : Plain(answer, bytes[length..], ref length);
        return body is null ? null : answer with { Body = body };
    }

    static RawAnswer Moved(RawAnswer answer, int by, ref int length)
    {
        length += by;
        return answer;
    }

    static byte[]? Plain(RawAnswer answer, ReadOnlySpan<byte> rest, ref int length)
    {
        _ = int.TryParse(answer.Header("Content-Length"), CultureInfo.InvariantCulture, out var size);
        if (rest.Length < size) return null;
        length += size;
        return rest[..size].ToArray();
    }

    static byte[]? Chunks(ReadOnlySpan<byte> rest, ref int length)
    {
        var body = new List<byte>();
        for (var line = rest.IndexOf("\r\n"u8); line > 0; line = rest.IndexOf("\r\n"u8))
        {
            var size = int.Parse(Encoding.ASCII.GetString(rest[..line]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var whole = line + 2 + size + 2;
            if (rest.Length < whole) return null;
            body.AddRange(rest.Slice(line + 2, size));
            rest = rest[whole..];
            length += whole;
            if (size == 0) return [.. body];
        }
        return null;
    }
}
