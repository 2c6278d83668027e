using System.Text;

namespace Handstamp.Server.Accounts.Profiles;

/// <summary>
/// What a person tells about themselves, and what the app keeps for them. None of it is proved, and none of it gets into a token.
/// </summary>
sealed record Profile
{
    public static readonly Profile None = new();

    public const int MaxName = 128;

    public const int MaxPicture = 2048;

    public string? Name { get; init; }

    /// <summary>An https address.</summary>
    public string? Picture { get; init; }

    /// <summary>BCP 47: <c>de-AT</c>.</summary>
    public string? Locale { get; init; }

    /// <summary>A JSON object of the app.</summary>
    public string? Data { get; init; }

    /// <summary>
    /// The member with a fault of those that differ from another profile, and the fault as a sentence; null if there is none. The size
    /// of the data is a setting, and what was stored under another one stays.
    /// </summary>
    public (string Member, string Fault)? FaultSince(Profile other, int dataLimit) =>
        Name is not null && Name != other.Name && !IsName(Name) ? ("name", $"A name must have 1 to {MaxName} characters, no control characters, and no space around it.")
        : Picture is not null && Picture != other.Picture && !IsPicture(Picture) ? ("picture", $"The picture must be an https address of at most {MaxPicture} characters.")
        : Locale is not null && Locale != other.Locale && !LanguageTag.IsValid(Locale) ? ("locale", "The locale must be a language tag (BCP 47), such as de-AT.")
        : Data is not null && Data != other.Data && Encoding.UTF8.GetByteCount(Data) > dataLimit ? ("data", $"The data can have at most {dataLimit} bytes of JSON.")
        : null;

    /// <summary>The members that differ, as an event names them; null if none does.</summary>
    public string? ChangedIn(Profile other)
    {
        string[] names =
        [
            .. Name == other.Name ? [] : new[] { "name" },
            .. Picture == other.Picture ? [] : new[] { "picture" },
            .. Locale == other.Locale ? [] : new[] { "locale" },
            .. Data == other.Data ? [] : new[] { "data" },
        ];
        return names.Length == 0 ? null : string.Join(", ", names);
    }

    static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name == name.Trim() && !name.Any(char.IsControl);

    // User information before the host hides which host it is.
    static bool IsPicture(string picture) =>
        picture.Length <= MaxPicture
        && picture.All(letter => letter is > ' ' and < '\x7f')
        && Uri.TryCreate(picture, UriKind.Absolute, out var address)
        && address is { Scheme: "https", UserInfo: "", Host.Length: > 0 };
}

/// <summary>Language tags (RFC 5646), by their form: letters and digits in parts of at most eight.</summary>
static class LanguageTag
{
    public const int MaxLength = 35; // RFC 5646 §4.4.1

    public static bool IsValid(string tag)
    {
        if (tag.Length > MaxLength) return false;
        var parts = tag.Split('-');
        return parts[0].Length is 2 or 3 && parts[0].All(char.IsAsciiLetter)
            && parts.All(part => part.Length is > 0 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
    }
}
