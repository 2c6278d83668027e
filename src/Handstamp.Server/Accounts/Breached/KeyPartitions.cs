using System.Runtime.InteropServices;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>
/// Keys in the order of their first ten bits, in 64 MiB of memory and, above that, in a temporary file of 8 bytes for each key.
/// </summary>
sealed class KeyPartitions(string spillPath) : IDisposable
{
    public const int Bits = FilterHeader.MaxPartBits;

    const int BlockLength = 8192;

    readonly ulong[]?[] _blocks = new ulong[1 << Bits][];
    readonly int[] _filled = new int[1 << Bits];
    readonly List<long>[] _spilled = [.. Enumerable.Range(0, 1 << Bits).Select(_ => new List<long>())];
    FileStream? _spill;

    /// <summary>How many keys have these first ten bits.</summary>
    public long CountOf(int partition) => ((long)_spilled[partition].Count * BlockLength) + _filled[partition];

    public void Add(ulong key)
    {
        var partition = (int)(key >> (64 - Bits));
        var block = _blocks[partition] ??= new ulong[BlockLength];
        block[_filled[partition]++] = key;
        if (_filled[partition] == BlockLength) Spill(partition, block);
    }

    /// <summary>Copies the keys of a partition.</summary>
    public void CopyTo(int partition, Span<ulong> into)
    {
        foreach (var offset in _spilled[partition])
        {
            _spill!.Position = offset;
            _spill.ReadExactly(MemoryMarshal.AsBytes(into[..BlockLength]));
            into = into[BlockLength..];
        }
        _blocks[partition].AsSpan(0, _filled[partition]).CopyTo(into);
    }

    public void Dispose() => _spill?.Dispose();

    void Spill(int partition, ulong[] block)
    {
        _spill ??= Create();
        _spilled[partition].Add(_spill.Position);
        _spill.Write(MemoryMarshal.AsBytes(block.AsSpan()));
        _filled[partition] = 0;
    }

    FileStream Create()
    {
        var file = new FileStream(spillPath, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose,
        });
        // Without a name already now, so a process that is killed leaves nothing behind.
        if (!OperatingSystem.IsWindows()) File.Delete(spillPath);
        return file;
    }
}
