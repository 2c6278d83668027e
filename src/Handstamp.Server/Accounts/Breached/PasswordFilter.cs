using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Storage;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>A list of passwords as <see cref="FilterWriter"/> makes it, in a file or in memory.</summary>
sealed class PasswordFilter : IDisposable
{
    readonly IFileBytes _bytes;
    readonly FilterHeader _header;

    /// <summary>Throws <see cref="InvalidDataException"/> if it is no such list, or not all of it.</summary>
    public PasswordFilter(IFileBytes bytes)
    {
        _bytes = bytes;
        try
        {
            _header = ReadHeader();
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>How many passwords are in the list.</summary>
    public long Count => _header.Count;

    /// <summary>
    /// Opens a file. Each look-up reads what it needs and nothing is mapped, because a mapped file that somebody truncates ends
    /// the process.
    /// </summary>
    public static PasswordFilter Open(string path) => new(new FileBytes(path));

    /// <summary>Opens a file and verifies all but the fingerprints.</summary>
    public static void Check(string path)
    {
        using var filter = Open(path);
        filter.CheckTable();
    }

    /// <summary>Whether the password is in the list. One of 65,536 others is found, too.</summary>
    public bool Contains(string password)
    {
#pragma warning disable CA5350 // The published lists have SHA-1. It protects nothing here.
        var key = FilterKey.Of(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
        return Contains(key);
    }

    public bool Contains(ulong key)
    {
        Span<byte> bytes = stackalloc byte[FilterPart.Length];
        _bytes.Read(FilterHeader.Length + ((long)_header.PartOf(key) * FilterPart.Length), bytes);
        var part = FilterPart.Read(bytes);
        if (!part.IsIn(_header)) throw new InvalidDataException("its table of parts is damaged");

        var hash = FuseShape.Hash(key, part.Seed);
        var rest = FuseShape.Fingerprint(hash);
        for (var number = 0; number < FuseShape.Places; number++)
        {
            var fingerprint = bytes[..sizeof(ushort)];
            _bytes.Read(part.Offset + ((long)part.Shape.Place(hash, number) * sizeof(ushort)), fingerprint);
            rest ^= BinaryPrimitives.ReadUInt16LittleEndian(fingerprint);
        }
        return rest == 0;
    }

    public void Dispose() => _bytes.Dispose();

    FilterHeader ReadHeader()
    {
        Span<byte> bytes = stackalloc byte[FilterHeader.Length];
        // Too short for a header: whatever it is, it is not one of ours.
        if (_bytes.Length >= bytes.Length) _bytes.Read(0, bytes);
        var header = FilterHeader.Read(bytes);
        return header.FileLength == _bytes.Length
            ? header
            : throw new InvalidDataException($"it has {_bytes.Length} bytes and should have {header.FileLength}");
    }

    void CheckTable()
    {
        var bytes = new byte[_header.TableEnd];
        _bytes.Read(0, bytes);
        var isWhole = FilterChecksum.Of(bytes).AsSpan().SequenceEqual(bytes.AsSpan(FilterHeader.ChecksumAt, SHA256.HashSizeInBytes));
        if (!isWhole) throw new InvalidDataException("its checksum is wrong");
    }
}

/// <summary>The part of a SHA-1 hash that the filters are made of.</summary>
static class FilterKey
{
    public static ulong Of(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64BigEndian(hash);
}

/// <summary>The checksum of a header and the table behind it.</summary>
static class FilterChecksum
{
    public static byte[] Of(ReadOnlySpan<byte> bytes)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(bytes[..FilterHeader.ChecksumAt]);
        sum.AppendData(bytes[FilterHeader.Length..]);
        return sum.GetHashAndReset();
    }
}
