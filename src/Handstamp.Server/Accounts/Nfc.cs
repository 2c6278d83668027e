using System.Text;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Unicode's Normalization Form C (UAX #15): one form for texts that look the same, whether an accent is typed as a part of
/// its letter or after it. <see cref="string.Normalize()"/> changes nothing in the executable, which has no ICU.
/// </summary>
static class Nfc
{
    // Every character below is a starter, and stays as it is next to its like.
    const char FirstThatMayChange = '\u0300';

    // Hangul syllables are composed by computing (The Unicode Standard, section 3.12). Their decomposition would be undone.
    const int Syllables = 0xAC00;
    const int Leading = 0x1100;
    const int Vowel = 0x1161;
    const int Trailing = 0x11A7;
    const int LeadingCount = 19;
    const int VowelCount = 21;
    const int TrailingCount = 28;
    const int SyllableCount = LeadingCount * VowelCount * TrailingCount;

    /// <summary>The text in this form. An unpaired surrogate stays as it is.</summary>
    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange(FirstThatMayChange, char.MaxValue) < 0) return text;
        var points = Decompose(text);
        Order(points);
        Compose(points);
        return ToText(points);
    }

    static List<int> Decompose(string text)
    {
        var points = new List<int>(text.Length * 2);
        for (var index = 0; index < text.Length; index++)
        {
            var isPair = char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]);
            Decompose(isPair ? char.ConvertToUtf32(text[index], text[++index]) : text[index], points);
        }
        return points;
    }

    static void Decompose(int point, List<int> points)
    {
        if (NfcTable.Loaded.Decompositions.TryGetValue(point, out var parts))
        {
            Decompose(parts.First, points);
            if (parts.Second is { } second) Decompose(second, points);
        }
        else
        {
            points.Add(point);
        }
    }

    /// <summary>Puts combining characters after the same starter into the order of their classes; those of one class keep theirs.</summary>
    static void Order(List<int> points)
    {
        for (var next = 1; next < points.Count; next++)
        {
            var (point, combining) = (points[next], ClassOf(points[next]));
            if (combining == 0) continue;
            var place = next;
            for (; place > 0 && ClassOf(points[place - 1]) > combining; place--) points[place] = points[place - 1];
            points[place] = point;
        }
    }

    /// <summary>Joins each character with the last starter before it, unless one between them blocks it.</summary>
    static void Compose(List<int> points)
    {
        var (starter, kept, lastClass) = (-1, 0, 0);
        foreach (var point in points.ToArray())
        {
            var combining = ClassOf(point);
            // Nothing between them, or only characters of lower classes.
            var isNext = starter >= 0 && (starter == kept - 1 || lastClass < combining);
            if (isNext && Composite(points[starter], point) is { } composite)
            {
                points[starter] = composite;
                continue;
            }
            if (combining == 0) starter = kept;
            lastClass = combining;
            points[kept++] = point;
        }
        points.RemoveRange(kept, points.Count - kept);
    }

    static int? Composite(int first, int second)
    {
        var (leading, vowel) = (first - Leading, second - Vowel);
        if (leading is >= 0 and < LeadingCount && vowel is >= 0 and < VowelCount)
            return Syllables + (((leading * VowelCount) + vowel) * TrailingCount);
        var (syllable, trailing) = (first - Syllables, second - Trailing);
        if (syllable is >= 0 and < SyllableCount && syllable % TrailingCount == 0 && trailing is > 0 and < TrailingCount)
            return first + trailing;
        return NfcTable.Loaded.Composites.TryGetValue((first, second), out var composite) ? composite : null;
    }

    static int ClassOf(int point) => NfcTable.Loaded.Classes.GetValueOrDefault(point);

    static string ToText(List<int> points)
    {
        var text = new StringBuilder(points.Count);
        foreach (var point in points)
            if (point <= char.MaxValue) text.Append((char)point);
            else text.Append(char.ConvertFromUtf32(point));
        return text.ToString();
    }
}
