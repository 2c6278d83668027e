using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>
/// The beginning of a list of passwords: magic, version, number of parts as a power of two, number of passwords, length of the
/// file, and SHA-256 of all that and the table of parts, which follows. Then come the fingerprints of the parts. All numbers are
/// little endian.
/// </summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct FilterHeader(int PartBits, long Count, long FileLength)
{
    public const int Length = 64;
    public const int ChecksumAt = 32;
    public const int MaxPartBits = 10;

    const uint Version = 1;

    static ReadOnlySpan<byte> Magic => "HSBREACH"u8;

    /// <summary>Where the fingerprints begin.</summary>
    public int TableEnd => Length + ((1 << PartBits) * FilterPart.Length);

    /// <summary>Which part the key is in. Parts divide the keys by their first bits.</summary>
    public int PartOf(ulong key) => PartBits == 0 ? 0 : (int)(key >> (64 - PartBits));

    public static FilterHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Magic)) throw new InvalidDataException("it is not a list made by `handstamp passwords import`");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) is not Version and var version)
            throw new InvalidDataException($"its format is version {version}, and this executable reads version {Version}");
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (bits > MaxPartBits) throw new InvalidDataException("its header is damaged");
        return new(
            (int)bits, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
    }

    /// <summary>Writes everything but the checksum.</summary>
    public void Write(Span<byte> bytes)
    {
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], PartBits);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], FileLength);
    }
}

/// <summary>A row of the table: one filter, and where its fingerprints are.</summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct FilterPart(long Offset, ulong Seed, FuseShape Shape)
{
    public const int Length = 24;

    public static FilterPart Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        new(BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[20..])));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Seed);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], Shape.SegmentLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], Shape.SegmentCount);
    }

    /// <summary>Whether all of the part is between the table and the end of the file.</summary>
    public bool IsIn(FilterHeader header) =>
        Shape.IsPossible && Offset >= header.TableEnd && Offset <= header.FileLength - (Shape.Length * sizeof(ushort));
}
