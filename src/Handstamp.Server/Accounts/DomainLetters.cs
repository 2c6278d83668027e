using System.Globalization;
using System.Text;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Letters of domains that all programs read in the same way. Some map a letter to another one, or leave it out, before they look up
/// the domain (UTS 46); the service has no table of that. So these letters are not taken, although some of them are allowed in
/// domains: such a domain can be written in ASCII.
/// </summary>
static class DomainLetters
{
    // Letters and marks with a compatibility mapping, and those that are left out. In the order of their code points.
    static readonly (int First, int Last)[] Mapped =
    [
        (0xAA, 0xAA), (0xBA, 0xBA), (0xDF, 0xDF), (0x132, 0x133), (0x13F, 0x140), (0x149, 0x149), (0x17F, 0x17F), (0x1C4, 0x1CC),
        (0x1F1, 0x1F3), (0x345, 0x345), (0x34F, 0x34F), (0x3C2, 0x3C2), (0x3D0, 0x3D6), (0x3F0, 0x3F5), (0x587, 0x587), (0x675, 0x678),
        (0xE33, 0xE33), (0xEB3, 0xEB3), (0xEDC, 0xEDD), (0xF0C, 0xF0C), (0xF77, 0xF77), (0xF79, 0xF79), (0x115F, 0x1160),
        (0x17B4, 0x17B5), (0x180B, 0x180F), (0x1D00, 0x1DBF), (0x1E9A, 0x1E9E), (0x2000, 0x2BFF), (0x2E80, 0x2FDF), (0x3130, 0x318F),
        (0x3200, 0x33FF), (0xA69C, 0xA69D), (0xAB5C, 0xAB5F), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE00, 0xFEFF), (0xFF00, 0xFFEF),
        (0x10780, 0x107BF), (0x1D000, 0x1DFFF), (0x1E030, 0x1E08F), (0x1EE00, 0x1EEFF), (0x1F000, 0x1FBFF), (0x2F800, 0x2FA1F),
        (0xE0000, 0x10FFFF),
    ];

    public static bool AreUnambiguous(string lower) => lower.EnumerateRunes().All(IsUnambiguous);

    static bool IsUnambiguous(Rune letter) =>
        letter.IsAscii
        || (Rune.GetUnicodeCategory(letter) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber
            && letter != Rune.ReplacementChar
            && !Mapped.Any(range => range.First <= letter.Value && letter.Value <= range.Last));
}
