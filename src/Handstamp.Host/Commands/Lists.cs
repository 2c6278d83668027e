using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace Handstamp.Host.Commands;

/// <summary>Lists that can be long: only what is searched for is shown, and no more than the limit.</summary>
static class Lists
{
    const int Most = 100_000;

    public static readonly Option<string?> Search = new("--search")
    {
        Description = "Only rows that have this text in them, in any letter case.",
        HelpName = "TEXT",
        Validators = { GlobalOptions.DemandText },
    };

    public static readonly Option<int> Limit = new("--limit")
    {
        Description = $"The maximum number of rows, from 1 to {Most}.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 100,
        CustomParser = given =>
        {
            if (int.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Most) return limit;
            given.AddError($"--limit has to be between 1 and {Most}.");
            return default;
        },
    };

    /// <summary>Prints the rows that fit, and how many more do.</summary>
    public static async Task WriteAsync<T>(
        ParseResult parsed, IAsyncEnumerable<T> rows, JsonTypeInfo<IReadOnlyList<T>> type, Columns<T> columns)
    {
        var (limit, shown, more) = (parsed.GetValue(Limit), new List<T>(), 0L);
        await foreach (var row in rows.Where(Fits(parsed, columns)))
            if (shown.Count < limit) shown.Add(row);
            else more++;
        Answer.WriteRows(parsed, shown, type, columns);
        if (more > 0) TellOfMore($"{more.ToString("N0", CultureInfo.InvariantCulture)} more rows are not shown.");
    }

    /// <summary>
    /// Prints the newest rows that fit, the oldest of them first. It does not count the others: there can be millions.
    /// </summary>
    public static async Task WriteNewestAsync<T>(
        ParseResult parsed, IAsyncEnumerable<T> rows, JsonTypeInfo<IReadOnlyList<T>> type, Columns<T> columns, CancellationToken cancel)
    {
        var limit = parsed.GetValue(Limit);
        var newest = await rows.Where(Fits(parsed, columns)).Take(limit + 1).ToListAsync(cancel);
        Answer.WriteRows(parsed, [.. newest.Take(limit).Reverse()], type, columns);
        if (newest.Count > limit) TellOfMore("Older rows are not shown.");
    }

    /// <summary>Whether a row has the text that is searched for.</summary>
    public static Func<T, bool> Fits<T>(ParseResult parsed, Columns<T> columns) => parsed.GetValue(Search) is { } text
        ? row => columns.Exists(column => column.Cell(row).Contains(text, StringComparison.OrdinalIgnoreCase))
        : _ => true;

    // A program reads standard output.
    static void TellOfMore(string what) => Console.Error.WriteLine($"{what} Raise --limit, or search with --search.");
}
