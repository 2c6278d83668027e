using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Server.Audit;

/// <summary>
/// Ids that sort by time, as UUIDs of version 7, and the tallies under which events are counted. Tallies sort by time
/// too, refusals before all others.
/// </summary>
static class EventId
{
    const int Length = 16;
    const int TimeBytes = 6;

    /// <summary>All tallies of refusals are less than this.</summary>
    public static readonly Guid EndOfRefusals = new("01000000-0000-0000-0000-000000000000");

    static int s_made;

    /// <summary>
    /// A new id. Ids that a process makes within one millisecond are in the order in which it makes them.
    /// </summary>
    public static Guid At(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Guid.CreateVersion7(at).TryWriteBytes(bytes, bigEndian: true, out _);
        // RFC 9562 §6.2, method 1: a counter of 26 bits replaces as many random bits, around the variant.
        var count = Interlocked.Increment(ref s_made);
        bytes[6] = (byte)(0x70 | ((count >> 22) & 0xf));
        bytes[7] = (byte)(count >> 14);
        bytes[8] = (byte)(0x80 | ((count >> 8) & 0x3f));
        bytes[9] = (byte)count;
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>No id of this time or later is less than this one.</summary>
    public static Guid From(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteTime(bytes, at);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>
    /// One row for all equal events in a period: of a session in a day, of a network and account in a minute.
    /// </summary>
    public static Guid Tally(EventKind kind, DateTimeOffset period, params ReadOnlySpan<object?> same)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}\n{string.Join('\n', same)}")), hash);
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = (byte)(kind.IsRefusal() ? 0 : 1);
        WriteTime(bytes[1..], period);
        hash[..(Length - 1 - TimeBytes)].CopyTo(bytes[(1 + TimeBytes)..]);
        return new Guid(bytes, bigEndian: true);
    }

    static void WriteTime(Span<byte> bytes, DateTimeOffset at)
    {
        Span<byte> milliseconds = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, at.ToUnixTimeMilliseconds());
        milliseconds[^TimeBytes..].CopyTo(bytes);
    }
}
