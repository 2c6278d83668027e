using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Handstamp.Server.Accounts.Breached;

/// <summary>
/// Reads a list of SHA-1 hashes, as Have I Been Pwned publishes them: a line is 40 hexadecimal digits, and perhaps a colon and
/// how often the password was seen. The lines can have any order. A line that is something else ends the import; its text is
/// not repeated, because it may be a password.
/// </summary>
sealed class HashList(Stream input, long? minCount, Action<string> report)
{
    const int Digits = 40;
    const int BufferLength = 1 << 20;
    const long LinesToReport = 10_000_000;

    readonly byte[] _buffer = new byte[BufferLength];

    /// <summary>How many lines have been read.</summary>
    public long Lines { get; private set; }

    /// <summary>Reads everything, and passes on the hashes that were seen often enough.</summary>
    public void Read(Action<ulong> take, CancellationToken cancel)
    {
        var kept = 0;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var read = input.Read(_buffer, kept, _buffer.Length - kept);
            var rest = _buffer.AsSpan(0, kept + read);
            if (Lines == 0 && rest.StartsWith("\uFEFF"u8)) rest = rest[3..];
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..]) ReadLine(rest[..end], take);
            if (read == 0)
            {
                if (!rest.IsEmpty) ReadLine(rest, take);
                return;
            }
            // A line that fills the buffer is none.
            if (rest.Length == _buffer.Length) throw Malformed(Lines + 1);
            rest.CopyTo(_buffer);
            kept = rest.Length;
        }
    }

    void ReadLine(ReadOnlySpan<byte> line, Action<ulong> take)
    {
        if (++Lines % LinesToReport == 0) report(string.Create(CultureInfo.InvariantCulture, $"Read {Lines:N0} lines."));
        line = line.TrimEnd((byte)'\r');
        Span<byte> hash = stackalloc byte[Digits / 2];
        if (line.Length < Digits || Convert.FromHexString(line[..Digits], hash, out _, out _) != OperationStatus.Done)
            throw Malformed(Lines);
        line = line[Digits..];
        if (line.IsEmpty)
        {
            if (minCount is not null) throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"Line {Lines} has no count, so --min-count cannot be used with this list."));
        }
        else if (line[0] != ':' || !Utf8Parser.TryParse(line[1..], out long count, out var length) || length != line.Length - 1 || count < 0)
        {
            throw Malformed(Lines);
        }
        else if (count < minCount)
        {
            return;
        }
        take(FilterKey.Of(hash));
    }

    static InvalidDataException Malformed(long line) => new(string.Create(CultureInfo.InvariantCulture,
        $"Line {line} is not a SHA-1 hash: 40 hexadecimal digits, and optionally a colon and a count."));
}
