using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Handstamp.Host.Import;

/// <summary>One JSON object per line. A line that is none does not end the reading.</summary>
static class JsonLines
{
    static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    public static async IAsyncEnumerable<Row> ReadAsync(Stream file, [EnumeratorCancellation] CancellationToken cancel)
    {
        var number = 0L;
        await foreach (var line in ReadLinesAsync(file, cancel))
        {
            number++;
            if (line is null) yield return new Row(number, default, $"The line has more than {Row.MaxLength} bytes.");
            else if (!IsBlank(line)) yield return Parse(number, line);
        }
    }

    /// <summary>Null for a line that is too long.</summary>
    static async IAsyncEnumerable<byte[]?> ReadLinesAsync(Stream file, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = PipeReader.Create(file);
        var isTooLong = false;
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var line = rest.Slice(0, end);
                yield return isTooLong || line.Length > Row.MaxLength ? null : line.ToArray();
                isTooLong = false;
                rest = rest.Slice(rest.GetPosition(1, end));
            }
            if (rest.Length > Row.MaxLength) (isTooLong, rest) = (true, rest.Slice(rest.End));
            if (read.IsCompleted && (isTooLong || rest.Length > 0)) yield return isTooLong ? null : rest.ToArray();
            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted) break;
        }
    }

    static bool IsBlank(byte[] line) => line.AsSpan().IndexOfAnyExcept(" \t\r"u8) < 0;

    static Row Parse(long number, byte[] line)
    {
        var json = number == 1 && line.AsSpan().StartsWith(Mark) ? line.AsSpan(Mark.Length) : line;
        try
        {
            return Row.Of(number, JsonElement.Parse(json));
        }
        catch (JsonException)
        {
            return new Row(number, default, "The line is not valid JSON.");
        }
    }
}
