using Microsoft.Extensions.Options;

namespace Handstamp.Pages;

/// <summary>The section <c>Pages</c>.</summary>
sealed class PagesOptions
{
    /// <summary>Whether the pages are served.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The name of the service, as people know it. 1 to 60 characters.</summary>
    public string Name { get; set; } = "Handstamp";

    /// <summary>A file: svg, png, jpg or webp, up to 256 KiB. Read once, at start.</summary>
    public string? Logo { get; set; }

    /// <summary>
    /// The colour of buttons and links, such as #4338ca. It is made darker or lighter until it can be read.
    /// </summary>
    public string AccentColor { get; set; } = "#4338ca";
}

sealed class PagesOptionsValidator : IValidateOptions<PagesOptions>
{
    const int MaxName = 60;

    public ValidateOptionsResult Validate(string? name, PagesOptions options)
    {
        string[] faults = [.. NameFaults(options.Name), .. ColorFaults(options.AccentColor), .. LogoFaults(options.Logo)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> NameFaults(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxName || name.Any(char.IsControl))
            yield return $"Pages:Name is '{name}'; it must have 1 to {MaxName} characters, none of them a control character.";
    }

    // It ends up in a style sheet, so only six digits are accepted.
    static IEnumerable<string> ColorFaults(string color)
    {
        if (!Color.TryParse(color, out _))
            yield return $"Pages:AccentColor is '{color}'; it has to be a colour such as #4338ca.";
    }

    static IEnumerable<string> LogoFaults(string? logo)
    {
        if (logo is null) yield break;
        var file = new FileInfo(logo);
        if (Asset.TypeOf(file.Extension) is null)
            yield return $"Pages:Logo is '{logo}'; it has to be a file of type svg, png, jpg or webp.";
        else if (!file.Exists)
            yield return $"Pages:Logo is '{logo}', but this file does not exist.";
        else if (file.Length > Asset.MaxLogo)
            yield return $"Pages:Logo is '{logo}'; it has {file.Length} bytes, but at most {Asset.MaxLogo} are allowed.";
    }
}
