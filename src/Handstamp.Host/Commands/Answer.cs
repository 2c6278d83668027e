using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Handstamp.Host.Commands;

/// <summary>Prints a command's result: as JSON for programs, as a table on a terminal, as plain lines into a pipe.</summary>
static class Answer
{
    public static void Write<T>(ParseResult parsed, T result, JsonTypeInfo<T> type, Action<T> show)
    {
        if (parsed.GetValue(GlobalOptions.Json)) WriteJson(result, type);
        else show(result);
    }

    /// <summary>
    /// Writes JSON that is safe for a terminal too. The escapes are those of JSON, and only strings can have what is
    /// escaped, so a program reads the same value.
    /// </summary>
    public static void WriteJson<T>(T result, JsonTypeInfo<T> type) =>
        Console.Out.WriteLine(Printable.OfLines(JsonSerializer.Serialize(result, type)));

    /// <summary>Says what was done, if there is no other result.</summary>
    public static void WriteDone(ParseResult parsed, string text) =>
        Write(parsed, new Done(text), CommandJson.Readable.Done, done => Line(done.Text));

    /// <summary>Everything that a command tells a person goes through here or into a table.</summary>
    public static void Line(string text) => Console.Out.WriteLine(Printable.Of(text));

    /// <summary>Prints a list; each item is a row.</summary>
    public static void WriteRows<T>(
        ParseResult parsed, IReadOnlyList<T> rows, JsonTypeInfo<IReadOnlyList<T>> type, Columns<T> columns) =>
        Write(parsed, rows, type, _ => Show(rows, columns));

    public static void Show<T>(IReadOnlyList<T> rows, Columns<T> columns)
    {
        if (Console.IsOutputRedirected) ShowPlain(rows, columns);
        else ShowTable(rows, columns);
    }

    static void ShowTable<T>(IReadOnlyList<T> rows, Columns<T> columns)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var (title, _) in columns) table.AddColumn(new TableColumn(new Text(title)));
        foreach (var row in rows) table.AddRow(columns.Select(column => new Text(Printable.Of(column.Cell(row)))));
        AnsiConsole.Write(table);
    }

    static void ShowPlain<T>(IReadOnlyList<T> rows, Columns<T> columns)
    {
        string[][] lines =
        [
            [.. columns.Select(column => column.Title)],
            .. rows.Select(row => columns.Select(column => Printable.Of(column.Cell(row))).ToArray()),
        ];
        int[] widths = [.. columns.Select((_, index) => lines.Max(line => line[index].Length))];
        foreach (var line in lines)
        {
            var padded = line.Select((cell, index) => cell.PadRight(widths[index]));
            Console.Out.WriteLine(string.Join("  ", padded).TrimEnd());
        }
    }
}

static class Times
{
    /// <summary>To the second, UTC.</summary>
    public static string Show(this DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);

    public static string Show(this DateTimeOffset? time) => time?.Show() ?? "";
}

/// <summary>The columns of a table: a title, and the text of a cell.</summary>
sealed class Columns<T> : List<(string Title, Func<T, string> Cell)>
{
    public void Add(string title, Func<T, string> cell) => Add((title, cell));
}
