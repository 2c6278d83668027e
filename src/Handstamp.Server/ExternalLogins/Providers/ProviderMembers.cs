using System.Globalization;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>Reads what providers write. A member that has another type counts as missing.</summary>
static class ProviderMembers
{
    // The most characters of a name that is only shown.
    const int MaxLabel = 254;

    public static string? Text(this JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return member.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    public static string RequiredText(this JsonElement json, string name) =>
        json.Text(name) ?? throw new ProviderException($"its answer has no {name}");

    /// <summary>A whole number, in digits.</summary>
    public static string? Number(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var number)
            ? number.ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>Apple and others write it as a text.</summary>
    public static bool IsTrue(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member)
        && (member.ValueKind == JsonValueKind.True || (member.ValueKind == JsonValueKind.String && member.ValueEquals("true")));

    /// <summary>An address that can be one.</summary>
    public static string? Email(this JsonElement json, string name) =>
        json.Text(name) is { } email && EmailAddress.Fault(email) is null ? email : null;

    /// <summary>A name as it can be shown: in one line, and of a length that does not matter.</summary>
    public static string? Label(string? text)
    {
        if (text is null) return null;
        var plain = string.Concat(text.Where(letter => !char.IsControl(letter))).Trim().Shortened(MaxLabel);
        return plain.Length > 0 ? plain : null;
    }
}
