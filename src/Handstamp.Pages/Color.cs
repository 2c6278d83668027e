using System.Buffers;
using System.Globalization;

namespace Handstamp.Pages;

/// <summary>An sRGB colour, and whether it can be read by WCAG 2.2.</summary>
readonly record struct Color(byte Red, byte Green, byte Blue)
{
    /// <summary>WCAG 2.2, success criterion 1.4.3 (AA).</summary>
    public const double Readable = 4.5;

    public static readonly Color Black = new(0, 0, 0);
    public static readonly Color White = new(255, 255, 255);

    const int Steps = 64;

    static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Accepts only <c>#rrggbb</c>.</summary>
    public static bool TryParse(string text, out Color color)
    {
        color = default;
        if (text.Length != 7 || text[0] != '#' || text.AsSpan(1).ContainsAnyExcept(Hex)) return false;
        color = new Color(Part(text, 1), Part(text, 3), Part(text, 5));
        return true;
    }

    /// <summary>
    /// This colour, or the nearest one between it and <paramref name="end"/> that can be read on the background.
    /// </summary>
    public Color ReadableOn(Color ground, Color end)
    {
        for (var step = 0; step < Steps; step++)
            if (Towards(end, step) is var mixed && mixed.Contrast(ground) >= Readable) return mixed;
        return end;
    }

    /// <summary>WCAG's contrast ratio, 1 to 21.</summary>
    public double Contrast(Color other)
    {
        var (one, two) = (Luminance, other.Luminance);
        return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
    }

    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";

    double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    static double Linear(byte part) =>
        part / 255.0 is var value && value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);

    Color Towards(Color end, int step) =>
        new(Mix(Red, end.Red, step), Mix(Green, end.Green, step), Mix(Blue, end.Blue, step));

    static byte Mix(byte from, byte to, int step) => (byte)(from + ((to - from) * step / Steps));

    static byte Part(string text, int at) =>
        byte.Parse(text.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
