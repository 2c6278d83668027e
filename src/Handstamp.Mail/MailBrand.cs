using System.Text.RegularExpressions;

namespace Handstamp.Mail;

/// <summary>The name and the colour of the pages, which the mails share.</summary>
sealed partial class MailBrand(string? name, string? color)
{
    const string UsualColor = "#4338ca";

    public string Name { get; } = name ?? "Handstamp";

    public string Color { get; } = color is not null && SixDigits().IsMatch(color) ? color : UsualColor;

    [GeneratedRegex(@"^#[0-9A-Fa-f]{6}\z")]
    private static partial Regex SixDigits();
}
