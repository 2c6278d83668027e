using Microsoft.Win32.SafeHandles;

namespace Handstamp.Server.Storage;

/// <summary>The bytes of a file that somebody else may replace or truncate.</summary>
interface IFileBytes : IDisposable
{
    long Length { get; }

    /// <summary>Fills the span. Throws <see cref="InvalidDataException"/> if the end comes before.</summary>
    void Read(long offset, Span<byte> into);
}

sealed class FileBytes(string path) : IFileBytes
{
    // Nobody else is kept from replacing the file.
    readonly SafeFileHandle _file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);

    public long Length => RandomAccess.GetLength(_file);

    /// <summary>Whether the fault is one of the file: of its path, of the rights to it, or of its content.</summary>
    public static bool IsFault(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException;

    /// <summary>The fault's message without what .NET appends: a parameter's name, and the period.</summary>
    public static string ReasonOf(Exception fault) => fault.Message.Split(" (Parameter '")[0].TrimEnd('.');

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

sealed class MemoryBytes(byte[] bytes) : IFileBytes
{
    public long Length => bytes.Length;

    public void Read(long offset, Span<byte> into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into);

    public void Dispose()
    {
    }
}
