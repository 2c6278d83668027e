using System.CommandLine;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary>
/// Ids as an operator copies them. Tables on a terminal show the end of an id, because ids that were made in the same minute
/// begin alike. Commands also take the beginning.
/// </summary>
static class ShortId
{
    // A shorter part could be a name, or the whole id of another key.
    const int Length = 8;
    const int MostShown = 10;

    /// <summary>The argument for an id or a part of it, with the command that shows the ids.</summary>
    public static Argument<string> Argument(string what, string list) => new("ID")
    {
        Description = $"The id of the {what}, or its first or last {Length} digits. `{list}` shows it.",
        Validators =
        {
            given =>
            {
                foreach (var token in given.Tokens.Where(token => DigitsOf(token.Value) is null))
                    given.AddError($"'{token.Value}' is not the id of a {what}. `{list}` shows the ids.");
            },
        },
    };

    /// <summary>The id as tables show it.</summary>
    public static string Of(string id) => id.Length <= Length ? id : id[^Length..];

    /// <summary>The id that the operator means; null if the text cannot be one, or if none fits.</summary>
    public static async Task<Guid?> FindIdAsync(this OpenService service, IdKind kind, string text, CancellationToken cancel)
    {
        if (Guid.TryParse(text, out var whole)) return whole;
        if (DigitsOf(text) is not { } part) return null;
        var found = await service.Get<IIdSearch>().FindAsync(kind, part, MostShown + 1, cancel);
        return One(text, [.. found.Select(id => id.ToString())]) is { } one ? Guid.Parse(one) : null;
    }

    /// <summary>The same among these ids.</summary>
    public static string? Find(string text, IReadOnlyList<string> ids) =>
        ids.Contains(text) ? text
        : text.Length < Length ? null
        : One(text, [.. ids.Where(id => id.StartsWith(text, StringComparison.OrdinalIgnoreCase) || id.EndsWith(text, StringComparison.OrdinalIgnoreCase))]);

    static string? DigitsOf(string text) =>
        text.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() is { Length: >= Length } digits && digits.All(char.IsAsciiHexDigitLower)
            ? digits
            : null;

    static string? One(string text, IReadOnlyList<string> found) => found switch
    {
        [] => null,
        [var one] => one,
        _ => throw new CommandFailedException(
            $"{text} is a part of several ids: {string.Join(", ", found.Take(MostShown))}{(found.Count > MostShown ? ", and more" : "")}. Pass more of the id.")
        {
            Code = "ambiguous_id",
        },
    };
}
