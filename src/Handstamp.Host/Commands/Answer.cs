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

    /// <summary>Says why the command has failed, to a program.</summary>
    public static void WriteFailure(CommandFailedException failure)
    {
        var shown = new ShownFailure(failure.Code, failure.Message, failure.ExitCode);
        Console.Error.WriteLine(Printable.OfLines(JsonSerializer.Serialize(shown, CommandJson.Readable.ShownFailure)));
    }

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
        // A terminal is narrow: a column in which nothing is written takes no room, and an id is not broken.
        Column<T>[] used = [.. columns.Where(column => rows.Count == 0 || rows.Any(row => column.Cell(row).Length > 0))];
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in used) table.AddColumn(new TableColumn(new Text(column.Title)) { NoWrap = column.IsId });
        foreach (var row in rows) table.AddRow(used.Select(column => new Text(Printable.Of(column.OnTerminal(row)))));
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

/// <summary>A column of a table: a title, and the text of a cell. On a terminal, ids have their short form.</summary>
sealed record Column<T>(string Title, Func<T, string> Cell, bool IsId)
{
    public string OnTerminal(T row) => IsId ? ShortId.Of(Cell(row)) : Cell(row);
}

/// <summary>The columns of a table.</summary>
sealed class Columns<T> : List<Column<T>>
{
    public void Add(string title, Func<T, string> cell) => Add(new Column<T>(title, cell, IsId: false));

    public void Add(string title, Func<T, Guid?> id) => Add(new Column<T>(title, row => id(row)?.ToString() ?? "", IsId: true));
}
