using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Server.Storage.Moving;

/// <summary>
/// Compares the rows of two tables, whatever the engine and the order: half of each row's SHA-256, added up. A row that
/// exists twice counts twice.
/// </summary>
sealed class TableDigest
{
    readonly ArrayBufferWriter<byte> _row = new();
    UInt128 _sum;

    public long Rows { get; private set; }

    /// <summary>
    /// Adds a row of <see langword="long"/>, <see langword="string"/>, <see langword="byte"/>[] and null.
    /// </summary>
    public void Add(object?[] row)
    {
        _row.ResetWrittenCount();
        foreach (var cell in row) Write(cell);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_row.WrittenSpan, hash);
        unchecked
        {
            _sum += BinaryPrimitives.ReadUInt128BigEndian(hash);
        }

        Rows++;
    }

    public override string ToString() => _sum.ToString("x32", null);

    // With its type and its length, so that two cells cannot look like one, nor a text like its bytes.
    void Write(object? cell)
    {
        switch (cell)
        {
            case null: Write('0', []); break;
            case long number: WriteNumber(number); break;
            case string text: Write('t', Encoding.UTF8.GetBytes(text)); break;
            case byte[] bytes: Write('b', bytes); break;
            default: throw new UnreachableException($"A cell can't be a {cell.GetType()}.");
        }
    }

    void WriteNumber(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        Write('n', bytes);
    }

    void Write(char kind, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[1 + sizeof(int)];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], content.Length);
        _row.Write(head);
        _row.Write(content);
    }
}
