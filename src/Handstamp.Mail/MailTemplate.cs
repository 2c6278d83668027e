using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Handstamp.Mail;

/// <summary>
/// A text of a mail, from which both of its forms are made. The first line is the subject. Paragraphs are separated by
/// empty lines. A paragraph <c>[text](link)</c> is a button. Placeholders such as <c>{service}</c> are replaced.
/// </summary>
sealed partial class MailTemplate
{
    readonly string _subject;
    readonly string[] _paragraphs;

    public MailTemplate(string text)
    {
        var (subject, rest) = text.ReplaceLineEndings("\n").Trim().Split('\n', 2) is [var first, var others] ? (first, others) : (text, "");
        _subject = subject;
        _paragraphs = rest.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>On one line: a line break would begin another header.</summary>
    public string Subject(IReadOnlyDictionary<string, string> values) =>
        Filled(_subject, values, value => value).ReplaceLineEndings(" ");

    public string Text(IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder();
        foreach (var paragraph in _paragraphs)
        {
            var plain = Button().Match(paragraph) is { Success: true } button
                ? $"{button.Groups["text"].Value}:\n{button.Groups["link"].Value}"
                : paragraph;
            text.Append(Filled(plain, values, value => value)).Append("\n\n");
        }
        return text.ToString();
    }

    public string Html(IReadOnlyDictionary<string, string> values)
    {
        var html = new StringBuilder();
        foreach (var paragraph in _paragraphs) html.Append(Filled(Element(paragraph), values, HtmlEncoder.Default.Encode)).Append('\n');
        return html.ToString();
    }

    /// <summary>Replaces each placeholder once: a value that looks like one stays as it is.</summary>
    public static string Filled(string text, IReadOnlyDictionary<string, string> values, Func<string, string> encode) =>
        Placeholder().Replace(text, place => values.TryGetValue(place.Groups["name"].Value, out var value) ? encode(value) : place.Value);

    /// <summary>The names of the placeholders in a text.</summary>
    public static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(place => place.Groups["name"].Value);

    static string Element(string paragraph) => Button().Match(paragraph) is { Success: true } button
        ? $"<p><a class=\"button\" href=\"{button.Groups["link"].Value}\">{Escaped(button.Groups["text"].Value)}</a></p>"
        : $"<p>{Escaped(paragraph)}</p>";

    // The text is the operator's, but it is a text.
    static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    [GeneratedRegex(@"^\[(?<text>[^\]]+)\]\((?<link>[^)\s]+)\)\z")]
    private static partial Regex Button();

    [GeneratedRegex(@"\{(?<name>[a-z_]+)\}")]
    private static partial Regex Placeholder();
}
