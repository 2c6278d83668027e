using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Handstamp.Server.Storage;

namespace Handstamp.Server.GeoIp;

/// <summary>
/// A file in the MaxMind format, version 2.0: a search tree over the bits of an address, the data of its leaves, and metadata.
/// Each look-up reads what it needs and nothing is mapped, because a mapped file that somebody truncates ends the process.
/// </summary>
sealed class GeoIpDatabase : IDisposable
{
    const int Version = 2;

    // The metadata is in the last part of the file, behind the last of these marks.
    const int MetadataRoom = 128 * 1024;

    // Between the tree and the data are zeros.
    const int Separator = 16;

    static readonly byte[] Mark = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    readonly IFileBytes _bytes;
    readonly MaxMindValues _values;
    readonly long _nodes;
    readonly int _nodeLength;
    readonly bool _isV6;

    GeoIpDatabase(IFileBytes bytes)
    {
        _bytes = bytes;
        var start = StartOfMetadata();
        var metadata = new MaxMindValues(bytes, start);
        if (Number(metadata, "binary_format_major_version") is not Version and var version)
            throw new InvalidDataException($"its format is version {version}, and this executable reads version {Version}");
        _nodes = Number(metadata, "node_count");
        _nodeLength = Number(metadata, "record_size") switch
        {
            24 => 6,
            28 => 7,
            32 => 8,
            _ => throw Damaged(),
        };
        _isV6 = Number(metadata, "ip_version") == 6;
        var data = (_nodes * _nodeLength) + Separator;
        if (_nodes is < 1 or > uint.MaxValue || data > start) throw Damaged();
        _values = new MaxMindValues(bytes, data);
    }

    /// <summary>Throws <see cref="InvalidDataException"/> if it is no such file, or not all of it.</summary>
    public static GeoIpDatabase Open(string path)
    {
        var bytes = new FileBytes(path);
        try
        {
            return new GeoIpDatabase(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public Place Find(IPAddress address) => DataOf(address) is { } data
        ? new Place(_values.Text(data, "city", "names", "en"), _values.Text(data, "country", "iso_code"))
        : default;

    public void Dispose() => _bytes.Dispose();

    long? DataOf(IPAddress address)
    {
        // IPv4 addresses are in the tree of IPv6 as ::192.0.2.1.
        Span<byte> bits = stackalloc byte[16];
        bits.Clear();
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (!isV4 && !_isV6) return null;
        address.TryWriteBytes(isV4 ? bits[12..] : bits, out _);
        if (!_isV6) bits = bits[12..];

        var record = 0L;
        for (var bit = 0; bit < bits.Length * 8 && record < _nodes; bit++)
            record = Next(record, isRight: (bits[bit / 8] >> (7 - (bit % 8)) & 1) == 1);
        if (record == _nodes) return null;
        var offset = record - _nodes - Separator;
        return offset >= 0 ? _values.Start + offset : throw Damaged();
    }

    long Next(long node, bool isRight)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes = bytes[.._nodeLength];
        _bytes.Read(node * _nodeLength, bytes);
        return (_nodeLength, isRight) switch
        {
            (6, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8,
            (6, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]) & 0xFF_FFFF,
            // The byte in the middle has the highest bits of both.
            (7, false) => (BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8) | ((uint)(bytes[3] >> 4) << 24),
            (7, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes[3..]) & 0xFFF_FFFF,
            (_, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            (_, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
        };
    }

    long StartOfMetadata()
    {
        var from = Math.Max(0, _bytes.Length - MetadataRoom);
        var end = new byte[_bytes.Length - from];
        _bytes.Read(from, end);
        var at = end.AsSpan().LastIndexOf(Mark);
        return at < 0
            ? throw new InvalidDataException("it is not in the MaxMind format (.mmdb)")
            : from + at + Mark.Length;
    }

    static long Number(MaxMindValues metadata, string name) => metadata.Number(metadata.Start, name) ?? throw Damaged();

    static InvalidDataException Damaged() => new("it is damaged");
}
