using System.Globalization;
using System.Text;

namespace Handstamp.Host.Commands;

/// <summary>
/// Makes text safe for a terminal. A user agent, a device name or an address comes from outside, and a terminal
/// executes the control characters in it. They are shown as <c>\u001b</c>, and so are characters that are invisible or
/// change the direction of writing.
/// </summary>
static class Printable
{
    // Emoji and Persian are written with these two joiners.
    const int NonJoiner = 0x200C;
    const int Joiner = 0x200D;

    public static string Of(string text) => text.EnumerateRunes().All(IsHarmless)
        ? text
        : string.Concat(text.EnumerateRunes().Select(rune => IsHarmless(rune) ? rune.ToString() : Escaped(rune)));

    /// <summary>The same for text with several lines.</summary>
    public static string OfLines(string text) => string.Join(Environment.NewLine, text.ReplaceLineEndings("\n").Split('\n').Select(Of));

    static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Format => rune.Value is NonJoiner or Joiner,
        _ => true,
    };

    static string Escaped(Rune rune) =>
        string.Concat(rune.ToString().Select(unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}")));
}
