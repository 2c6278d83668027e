using Microsoft.Win32.SafeHandles;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>The bytes of a list.</summary>
interface IFilterBytes : IDisposable
{
    long Length { get; }

    /// <summary>Fills the span. Throws <see cref="InvalidDataException"/> if the end comes before.</summary>
    void Read(long offset, Span<byte> into);
}

sealed class FilterFile(string path) : IFilterBytes
{
    // Nobody else is kept from replacing the file.
    readonly SafeFileHandle _file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);

    public long Length => RandomAccess.GetLength(_file);

    public void Read(long offset, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            var read = RandomAccess.Read(_file, into, offset);
            if (read == 0) throw new InvalidDataException("it was truncated while it was read");
            into = into[read..];
            offset += read;
        }
    }

    public void Dispose() => _file.Dispose();
}

sealed class FilterMemory(byte[] bytes) : IFilterBytes
{
    public long Length => bytes.Length;

    public void Read(long offset, Span<byte> into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into);

    public void Dispose()
    {
    }
}
