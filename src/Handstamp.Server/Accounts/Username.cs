using System.Buffers;

namespace Handstamp.Server.Accounts;

/// <summary>
/// What is accepted as a username: ASCII letters, digits and three marks. So no two look alike by letters of another script or by
/// characters that nobody sees, and none can be taken for an e-mail address or for the id of an account.
/// </summary>
static class Username
{
    public const int MinLength = 3;

    /// <summary>Shorter than an id without its hyphens.</summary>
    public const int MaxLength = 30;

    public const string Rule =
        "A username must have 3 to 30 characters: letters from a to z, digits and . _ - between them. It begins and ends with a letter or a digit.";

    static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>The form in which usernames are compared: letter case does not matter.</summary>
    public static string Canonical(string name) => name.ToLowerInvariant();

    /// <summary>What is wrong with it, in a sentence; null if nothing is.</summary>
    public static string? Fault(string name) =>
        name.Length is >= MinLength and <= MaxLength && !name.AsSpan().ContainsAnyExcept(Characters)
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
            ? null
            : Rule;
}
