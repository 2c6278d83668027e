using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Html;

namespace Handstamp.Pages;

/// <summary>A sentence of the texts with links to other pages: <c>[Log in](login) instead.</c></summary>
static partial class LinkedText
{
    /// <summary>The pages that a text can link to.</summary>
    static string Address(string name, PageLinks links) => name switch
    {
        "login" => links.Login,
        "forgot" => links.Forgot,
        "verify" => links.Verify,
        _ => throw new InvalidOperationException($"A text links to '{name}', and there is no such page."),
    };

    public static HtmlString Html(string text, PageLinks links, HtmlEncoder encoder)
    {
        var html = new System.Text.StringBuilder();
        var end = 0;
        foreach (Match link in Link.Matches(text))
        {
            html.Append(encoder.Encode(text[end..link.Index]));
            html.Append("<a href=\"").Append(encoder.Encode(Address(link.Groups["page"].Value, links))).Append("\">");
            html.Append(encoder.Encode(link.Groups["text"].Value)).Append("</a>");
            end = link.Index + link.Length;
        }
        return new HtmlString(html.Append(encoder.Encode(text[end..])).ToString());
    }

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?<page>[a-z-]+)\)")]
    static partial Regex Link { get; }
}
