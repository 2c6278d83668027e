using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Html;

namespace Handstamp.Pages;

/// <summary>
/// The Markdown of the service's own documents as HTML: headings, paragraphs, lists, tables, code, and links to other documents
/// of the same folder. It is not for the texts of other people.
/// </summary>
static partial class Markdown
{
    /// <summary>The title, which is the first line, and the rest.</summary>
    public static (string Title, HtmlString Html) Read(string markdown, HtmlEncoder encoder)
    {
        var blocks = markdown.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var html = new StringBuilder();
        foreach (var block in blocks.Skip(1)) html.Append(Block(block, encoder));
        return (blocks[0].TrimStart('#', ' '), new HtmlString(html.ToString()));
    }

    static string Block(string block, HtmlEncoder encoder) =>
        block.StartsWith("## ", StringComparison.Ordinal) ? $"<h2>{Inline(block[3..], encoder)}</h2>"
        : block.StartsWith("- ", StringComparison.Ordinal) ? $"<ul>{string.Concat(Items(block).Select(item => $"<li>{Inline(item, encoder)}</li>"))}</ul>"
        : block.StartsWith('|') ? Table(block, encoder)
        : block.StartsWith("```", StringComparison.Ordinal) ? $"<pre><code>{encoder.Encode(string.Join('\n', block.Split('\n')[1..^1]))}</code></pre>"
        : $"<p>{Inline(block, encoder)}</p>";

    static string[] Items(string block) => block[2..].Split("\n- ");

    static string Table(string block, HtmlEncoder encoder)
    {
        var rows = block.Split('\n').Select(row => row.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToArray();
        string Row(string[] cells, string open, string close) =>
            $"<tr>{string.Concat(cells.Select(cell => $"{open}{Inline(cell, encoder)}{close}"))}</tr>";
        return $"<table>{Row(rows[0], "<th scope=\"col\">", "</th>")}{string.Concat(rows.Skip(2).Select(row => Row(row, "<td>", "</td>")))}</table>";
    }

    static string Inline(string text, HtmlEncoder encoder)
    {
        var html = new StringBuilder();
        var end = 0;
        foreach (Match mark in Marks.Matches(text))
        {
            html.Append(encoder.Encode(text[end..mark.Index])).Append(Marked(mark, encoder));
            end = mark.Index + mark.Length;
        }
        return html.Append(encoder.Encode(text[end..])).ToString();
    }

    // The service serves only the documents of this folder. Of a link to another one, the text stays.
    static string Marked(Match mark, HtmlEncoder encoder) =>
        mark.Groups["code"] is { Success: true, Value: var code } ? $"<code>{encoder.Encode(code)}</code>"
        : mark.Groups["document"] is { Success: true, Value: var document }
            ? $"<a href=\"{encoder.Encode(document)}\">{Inline(mark.Groups["text"].Value, encoder)}</a>"
        : Inline(mark.Groups["text"].Value, encoder);

    [GeneratedRegex(@"`(?<code>[^`]+)`|\[(?<text>[^\]]+)\]\((?:(?<document>[a-z_]+)\.md|[^)]+)\)")]
    static partial Regex Marks { get; }
}
