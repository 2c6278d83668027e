using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>What an import did.</summary>
sealed record ImportedPasswords(long Lines, long Passwords, int Parts, long Bytes);

/// <summary>
/// Makes a list out of hashes. The hashes are divided by their first bits, and each part becomes a filter of its own, so the
/// memory is that of the largest part. The same hashes give the same file, in whatever order they come.
/// </summary>
/// <param name="output">The list. It is written beside this place and then moved there.</param>
/// <param name="report">Takes a sentence now and then.</param>
sealed class FilterWriter(string output, Action<string> report)
{
    readonly string _unfinished = $"{output}.{Path.GetRandomFileName()}.unfinished";

    /// <summary>Parts have at most so many keys where the hashes are spread evenly. A filter of this size takes 150 MiB.</summary>
    public int UsualKeys { get; init; } = 1 << 22;

    /// <summary>A list with a larger part is refused. A filter of this size takes 550 MiB.</summary>
    public int MaxKeys { get; init; } = 1 << 24;

    /// <summary>Throws <see cref="InvalidDataException"/> if the list is malformed, too large or empty.</summary>
    public ImportedPasswords Write(Stream input, long? minCount, CancellationToken cancel)
    {
        try
        {
            return WriteUnfinished(input, minCount, cancel);
        }
        finally
        {
            // Where it was moved, nothing is left.
            File.Delete(_unfinished);
        }
    }

    ImportedPasswords WriteUnfinished(Stream input, long? minCount, CancellationToken cancel)
    {
        using var partitions = new KeyPartitions(_unfinished + ".keys");
        var list = new HashList(input, minCount, report);
        list.Read(partitions.Add, cancel);

        var bits = PartBits(partitions);
        FilterHeader header;
        using (var file = File.OpenHandle(_unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            header = WriteParts(file, partitions, bits, cancel);
            RandomAccess.FlushToDisk(file);
        }
        File.Move(_unfinished, output, overwrite: true);
        return new(list.Lines, header.Count, 1 << bits, header.FileLength);
    }

    FilterHeader WriteParts(SafeFileHandle file, KeyPartitions partitions, int bits, CancellationToken cancel)
    {
        var largest = (int)Sizes(partitions, bits).Max();
        var (keys, builder) = (new ulong[largest], new FuseBuilder(largest));
        var header = new FilterHeader(bits, Count: 0, FileLength: 0);
        var table = new byte[header.TableEnd];
        var offset = (long)header.TableEnd;
        for (var part = 0; part < 1 << bits; part++)
        {
            cancel.ThrowIfCancellationRequested();
            var distinct = Distinct(partitions, part, bits, keys);
            var shape = FuseShape.Of(distinct.Length);
            var fingerprints = builder.Build(distinct, shape, out var seed);
            // Every platform that the executable is built for is little endian.
            RandomAccess.Write(file, MemoryMarshal.AsBytes(fingerprints), offset);
            new FilterPart(offset, seed, shape).Write(table.AsSpan(FilterHeader.Length + (part * FilterPart.Length)));
            offset += shape.Length * sizeof(ushort);
            header = header with { Count = header.Count + distinct.Length };
            if (bits > 0) report(Text($"Made part {part + 1} of {1 << bits}."));
        }
        header = header with { FileLength = offset };
        header.Write(table);
        FilterChecksum.Of(table).CopyTo(table.AsSpan(FilterHeader.ChecksumAt));
        RandomAccess.Write(file, table, 0);
        return header;
    }

    /// <summary>The fewest parts of which none is large.</summary>
    int PartBits(KeyPartitions partitions)
    {
        var sizes = Sizes(partitions, KeyPartitions.Bits);
        if (sizes.Sum() == 0) throw new InvalidDataException("The list has no hash, or none that was seen often enough.");
        if (sizes.Max() > MaxKeys)
            throw new InvalidDataException(Text($"The list is too large: more than {MaxKeys:N0} hashes begin with the same ten bits."));
        return Enumerable.Range(0, KeyPartitions.Bits)
            .FirstOrDefault(bits => Sizes(partitions, bits).Max() <= UsualKeys, KeyPartitions.Bits);
    }

    static long[] Sizes(KeyPartitions partitions, int bits) =>
        [.. Enumerable.Range(0, 1 << bits).Select(part => Range(part, bits).Sum(partitions.CountOf))];

    static IEnumerable<int> Range(int part, int bits)
    {
        var length = 1 << (KeyPartitions.Bits - bits);
        return Enumerable.Range(part * length, length);
    }

    static ReadOnlySpan<ulong> Distinct(KeyPartitions partitions, int part, int bits, ulong[] keys)
    {
        var count = 0;
        foreach (var partition in Range(part, bits))
        {
            var length = (int)partitions.CountOf(partition);
            partitions.CopyTo(partition, keys.AsSpan(count, length));
            count += length;
        }
        var sorted = keys.AsSpan(0, count);
        sorted.Sort();
        var distinct = 0;
        foreach (var key in sorted)
            if (distinct == 0 || key != sorted[distinct - 1]) sorted[distinct++] = key;
        return sorted[..distinct];
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
