using System.Buffers.Text;
using System.Text;

namespace Handstamp.Rig.Load;

/// <summary>A refresh request with a hole where the token goes.</summary>
sealed class RefreshTemplate
{
    const char Hole = '\u0001';

    readonly byte[] _head;
    readonly byte[] _before;
    readonly byte[] _after;

    public RefreshTemplate(Func<string, Message> refresh, string refreshMember, string accessMember)
    {
        var message = refresh(Hole.ToString());
        var parts = message.Body.Split(Hole);
        _head = Encoding.ASCII.GetBytes(message.Head + "Content-Length: ");
        (_before, _after) = (Encoding.ASCII.GetBytes(parts[0]), Encoding.ASCII.GetBytes(parts[1]));
        RefreshMember = Encoding.ASCII.GetBytes($"\"{refreshMember}\":");
        AccessMember = Encoding.ASCII.GetBytes($"\"{accessMember}\":");
    }

    public byte[] RefreshMember { get; }

    public byte[] AccessMember { get; }

    public ReadOnlySpan<byte> Write(ReadOnlySpan<byte> token, Span<byte> request)
    {
        var rest = Append(request, _head);
        Utf8Formatter.TryFormat(_before.Length + token.Length + _after.Length, rest, out var digits);
        rest = Append(rest[digits..], "\r\n\r\n"u8);
        rest = Append(Append(Append(rest, _before), token), _after);
        return request[..^rest.Length];
    }

    static Span<byte> Append(Span<byte> buffer, ReadOnlySpan<byte> part)
    {
        part.CopyTo(buffer);
        return buffer[part.Length..];
    }
}
