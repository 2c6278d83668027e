using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Handstamp.Server.Storage;

namespace Handstamp.Server.GeoIp;

/// <summary>The values in a section of a file in the MaxMind format. Pointers count from the section's start.</summary>
[StructLayout(LayoutKind.Auto)]
readonly struct MaxMindValues(IFileBytes bytes, long start)
{
    // The control byte, the type of a later version of the format, and the length; or the control byte and a pointer.
    const int MaxHead = 5;

    // Longer than any name of a place.
    const int MaxText = 256;

    public long Start => start;

    /// <summary>The text at the end of the path of members that begins at this map; null if there is none.</summary>
    public string? Text(long at, params ReadOnlySpan<string> path) => Find(at, path) is { Kind: Kind.Text } found ? Read(found) : null;

    /// <summary>The same for a number.</summary>
    public long? Number(long at, params ReadOnlySpan<string> path)
    {
        if (Find(at, path) is not { Kind: Kind.UInt16 or Kind.UInt32 or Kind.UInt64, Size: <= sizeof(int) } found) return null;
        Span<byte> number = stackalloc byte[sizeof(long)];
        number.Clear();
        bytes.Read(found.Content, number[(int)(sizeof(long) - found.Size)..]);
        return BinaryPrimitives.ReadInt64BigEndian(number);
    }

    Field? Find(long at, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (MemberOf(at, name) is not { } member) return null;
            at = member;
        }
        return Resolved(at);
    }

    long? MemberOf(long at, string name)
    {
        if (Resolved(at) is not { Kind: Kind.Map } map) return null;
        at = map.Content;
        for (var member = 0; member < map.Size; member++)
        {
            var value = After(at);
            if (Resolved(at) is { Kind: Kind.Text } key && key.Size == name.Length && Read(key) == name) return value;
            at = After(value);
        }
        return null;
    }

    /// <summary>Where the next value begins. Each step is further in the file, so it ends.</summary>
    long After(long at)
    {
        for (var left = 1L; left > 0; left--)
        {
            var field = FieldAt(at);
            left += field.Kind switch { Kind.Map => 2 * field.Size, Kind.Array => field.Size, _ => 0 };
            at = field.Kind is Kind.Map or Kind.Array or Kind.Bool or Kind.Pointer ? field.Content : field.Content + field.Size;
        }
        return at;
    }

    /// <summary>The value here, or the one that a pointer here leads to. A pointer to a pointer is none of the values we look for.</summary>
    Field Resolved(long at) => FieldAt(at) is { Kind: Kind.Pointer } pointer ? FieldAt(start + pointer.Size) : FieldAt(at);

    Field FieldAt(long at)
    {
        if (at >= bytes.Length) throw new InvalidDataException("it is damaged");
        Span<byte> head = stackalloc byte[MaxHead];
        head.Clear();
        bytes.Read(at, head[..(int)Math.Min(MaxHead, bytes.Length - at)]);

        var kind = (Kind)(head[0] >> 5);
        var size = head[0] & 0b1_1111L;
        if (kind == Kind.Pointer)
        {
            var length = (int)(size >> 3) + 1;
            var (high, least) = length switch { 1 => (size & 0b111, 0), 2 => (size & 0b111, 2048), 3 => (size & 0b111, 526_336), _ => (0L, 0) };
            return new Field(kind, least + BigEndian(head.Slice(1, length), high), at + 1 + length);
        }
        var used = 1;
        if (kind == Kind.Extended) kind = (Kind)(head[used++] + 7);
        if (size > 28)
        {
            var length = (int)size - 28;
            size = BigEndian(head.Slice(used, length)) + length switch { 1 => 29, 2 => 285, _ => 65_821 };
            used += length;
        }
        return new Field(kind, size, at + used);
    }

    string Read(Field text)
    {
        if (text.Size > MaxText) throw new InvalidDataException("it is damaged");
        Span<byte> read = stackalloc byte[MaxText];
        read = read[..(int)text.Size];
        bytes.Read(text.Content, read);
        return Encoding.UTF8.GetString(read);
    }

    static long BigEndian(ReadOnlySpan<byte> number, long high = 0)
    {
        foreach (var part in number) high = (high << 8) | part;
        return high;
    }

    enum Kind
    {
        Extended = 0,
        Pointer = 1,
        Text = 2,
        UInt16 = 5,
        UInt32 = 6,
        Map = 7,
        UInt64 = 9,
        Array = 11,
        Bool = 14,
    }

    /// <param name="Kind">What it is.</param>
    /// <param name="Size">The length of the content in bytes, or in members; for a pointer, where it leads to.</param>
    /// <param name="Content">Where the content begins.</param>
    [StructLayout(LayoutKind.Auto)]
    readonly record struct Field(Kind Kind, long Size, long Content);
}
