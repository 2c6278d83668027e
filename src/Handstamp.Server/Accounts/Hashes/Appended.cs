namespace Handstamp.Server.Accounts.Hashes;

/// <summary>Bytes that are put together in a buffer that is used again and again.</summary>
ref struct Appended(Span<byte> buffer)
{
    readonly Span<byte> _buffer = buffer;
    int _length;

    public readonly ReadOnlySpan<byte> Bytes => _buffer[.._length];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[_length..]);
        _length += bytes.Length;
    }
}
