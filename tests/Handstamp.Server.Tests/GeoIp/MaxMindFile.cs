using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Handstamp.Server.Tests.GeoIp;

/// <summary>Writes files in the MaxMind format: https://maxmind.github.io/MaxMind-DB/.</summary>
sealed class MaxMindFile(int recordSize = 24, bool isV6 = true)
{
    const int None = -1;

    readonly List<int[]> _nodes = [[None, None]];
    readonly MemoryStream _data = new();
    readonly Dictionary<string, long> _texts = [];
    readonly List<long> _records = [];

    /// <summary>A file with one network.</summary>
    public static void Write(string path, string network, string city, string country) =>
        new MaxMindFile().Add(network, Of(city, country)).Save(path);

    /// <summary>What GeoLite2-City has of a place, with <paramref name="filler"/> before it.</summary>
    public static Dictionary<string, object> Of(string? city, string? country, int filler = 0) => new()
    {
        ["filler"] = new string('x', filler),
        ["list"] = new object[] { true, 7u, new Dictionary<string, object> { ["en"] = "Europe" } },
        ["city"] = city is null ? new Dictionary<string, object>() : new Dictionary<string, object> { ["names"] = new Dictionary<string, object> { ["de"] = "Stadt", ["en"] = city } },
        ["country"] = country is null ? new Dictionary<string, object>() : new Dictionary<string, object> { ["geoname_id"] = 2_921_044u, ["iso_code"] = country },
    };

    public MaxMindFile Add(string network, Dictionary<string, object> data)
    {
        var parsed = IPNetwork.Parse(network);
        var isV4 = parsed.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        byte[] bits = isV4 && isV6 ? [.. new byte[12], .. parsed.BaseAddress.GetAddressBytes()] : parsed.BaseAddress.GetAddressBytes();
        var last = parsed.PrefixLength + (isV4 && isV6 ? 96 : 0) - 1;

        var node = 0;
        for (var bit = 0; bit < last; bit++)
        {
            ref var next = ref _nodes[node][Side(bit)];
            if (next == None)
            {
                next = _nodes.Count;
                _nodes.Add([None, None]);
            }
            node = next;
        }
        _nodes[node][Side(last)] = -2 - _records.Count;
        _records.Add(_data.Position);
        Encode(_data, data, _texts);
        return this;

        int Side(int bit) => (bits[bit / 8] >> (7 - (bit % 8))) & 1;
    }

    /// <summary>Moved into its place, as an operator does it.</summary>
    public void Save(string path)
    {
        using var file = new MemoryStream();
        foreach (var node in _nodes) WriteNode(file, RecordOf(node[0]), RecordOf(node[1]));
        file.Write(new byte[16]);
        file.Write(_data.ToArray());
        file.Write([0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8]);
        // Its pointers count from its own beginning.
        using var metadata = new MemoryStream();
        Encode(metadata, new Dictionary<string, object>
        {
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = 1_772_366_400ul,
            ["database_type"] = "Test-City",
            ["description"] = new Dictionary<string, object> { ["en"] = "For tests" },
            ["ip_version"] = (ushort)(isV6 ? 6 : 4),
            ["languages"] = new object[] { "de", "en" },
            ["node_count"] = (uint)_nodes.Count,
            ["record_size"] = (ushort)recordSize,
        }, texts: []);
        file.Write(metadata.ToArray());
        File.WriteAllBytes(path + ".new", file.ToArray());
        File.Move(path + ".new", path, overwrite: true);
    }

    uint RecordOf(int side) => side switch
    {
        None => (uint)_nodes.Count,
        < 0 => (uint)(_nodes.Count + 16 + _records[-2 - side]),
        _ => (uint)side,
    };

    void WriteNode(Stream file, uint left, uint right)
    {
        Span<byte> both = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(both, left);
        BinaryPrimitives.WriteUInt32BigEndian(both[4..], right);
        file.Write(recordSize switch
        {
            24 => [.. both[1..4], .. both[5..]],
            28 => [.. both[1..4], (byte)((both[0] << 4) | both[4]), .. both[5..]],
            _ => both,
        });
    }

    static void Encode(Stream file, object value, Dictionary<string, long> texts)
    {
        switch (value)
        {
            case Dictionary<string, object> map:
                WriteHead(file, 7, map.Count);
                foreach (var (key, member) in map)
                {
                    Encode(file, key, texts);
                    Encode(file, member, texts);
                }
                break;
            case object[] list:
                WriteHead(file, 11, list.Length);
                foreach (var member in list) Encode(file, member, texts);
                break;
            // As in the files of MaxMind, a text is written once.
            case string text when texts.TryGetValue(text, out var at):
                WritePointer(file, at);
                break;
            case string text:
                texts[text] = file.Position;
                WriteHead(file, 2, Encoding.UTF8.GetByteCount(text));
                file.Write(Encoding.UTF8.GetBytes(text));
                break;
            case bool flag:
                WriteHead(file, 14, flag ? 1 : 0);
                break;
            case ushort number:
                WriteNumber(file, 5, number);
                break;
            case uint number:
                WriteNumber(file, 6, number);
                break;
            case ulong number:
                WriteNumber(file, 9, number);
                break;
        }
    }

    static void WriteNumber(Stream file, int type, ulong number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        bytes = bytes.TrimStart((byte)0);
        WriteHead(file, type, bytes.Length);
        file.Write(bytes);
    }

    static void WriteHead(Stream file, int type, int size)
    {
        var (low, more) = size switch
        {
            < 29 => (size, Array.Empty<byte>()),
            < 285 => (29, [(byte)(size - 29)]),
            < 65_821 => (30, [(byte)((size - 285) >> 8), (byte)(size - 285)]),
            _ => (31, [(byte)((size - 65_821) >> 16), (byte)((size - 65_821) >> 8), (byte)(size - 65_821)]),
        };
        file.Write(type < 8 ? [(byte)((type << 5) | low), .. more] : [(byte)low, (byte)(type - 7), .. more]);
    }

    static void WritePointer(Stream file, long at) => file.Write(at switch
    {
        < 2048 => [(byte)(0x20 | (at >> 8)), (byte)at],
        < 526_336 => [(byte)(0x28 | ((at - 2048) >> 16)), (byte)((at - 2048) >> 8), (byte)(at - 2048)],
        < 134_744_064 => [(byte)(0x30 | ((at - 526_336) >> 24)), (byte)((at - 526_336) >> 16), (byte)((at - 526_336) >> 8), (byte)(at - 526_336)],
        _ => [0x38, (byte)(at >> 24), (byte)(at >> 16), (byte)(at >> 8), (byte)at],
    });
}
