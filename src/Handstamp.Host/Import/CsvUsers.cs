using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Handstamp.Host.Import;

/// <summary>Users as comma-separated values. The first record has the names of the columns; an empty cell is no value.</summary>
static class CsvUsers
{
    const int BlockLength = 16 * 1024;

    /// <param name="file">The file, in UTF-8.</param>
    /// <param name="known">The columns that there may be; null if others do not matter.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async IAsyncEnumerable<Row> ReadAsync(
        Stream file, IReadOnlySet<string>? known, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var text = new StreamReader(file, Encoding.UTF8);
        var (records, block) = (new CsvRecords(), new char[BlockLength]);
        var (line, start) = (1L, 1L);
        List<string>? columns = null;
        int length;
        while ((length = await text.ReadAsync(block, cancel)) > 0)
        {
            for (var index = 0; index < length; index++)
            {
                var record = records.Take(block[index]);
                if (block[index] == '\n') line++;
                if (record is null)
                {
                    // Empty lines are no records.
                    if (block[index] == '\n' && !records.IsWithin) start = line;
                    continue;
                }
                if (columns is null) columns = Demand(record, records, known);
                else yield return RowOf(start, columns, record, records);
                start = line;
            }
        }
        if (records.End() is { } last && columns is not null) yield return RowOf(start, columns, last, records);
        if (columns is null) throw new CommandFailedException("The file has no users.");
    }

    static List<string> Demand(List<string> columns, CsvRecords records, IReadOnlySet<string>? known)
    {
        if (records.Fault is { } fault) throw new CommandFailedException($"Line 1: {fault}");
        if (known is not null && columns.Find(column => !known.Contains(column)) is { } unknown)
            throw new CommandFailedException($"The column '{unknown}' is unknown. The columns are: {string.Join(", ", known)}.");
        return columns;
    }

    static Row RowOf(long line, List<string> columns, List<string> cells, CsvRecords records)
    {
        var fault = records.Fault ?? (cells.Count == columns.Count ? null : $"The line has {cells.Count} cells. There are {columns.Count} columns.");
        records.Forgive();
        if (fault is not null) return new Row(line, default, fault);
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (column, cell) in columns.Zip(cells))
                if (cell.Length > 0) writer.WriteString(column, cell);
            writer.WriteEndObject();
        }
        return new Row(line, JsonElement.Parse(json.WrittenSpan));
    }
}
