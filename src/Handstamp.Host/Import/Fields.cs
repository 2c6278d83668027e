using System.Globalization;
using System.Text.Json;

namespace Handstamp.Host.Import;

/// <summary>
/// The members of a user of another system. They come from JSON and from cells, so a flag, a number or a time can be text. A
/// member that is missing, null or empty has no value. Throws <see cref="FormatException"/> with a sentence if a value is wrong.
/// </summary>
readonly struct Fields(JsonElement user)
{
    // The year 10,000.
    const long MostMilliseconds = 253_402_300_800_000;

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => Read(name, value) is { Length: > 0 } text ? text : null,
        { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
        _ => throw Wrong(name, "a text"),
    };

    public int? Number(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Wrong(name, "a number");

    public bool? Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : Text(name)?.ToLowerInvariant() switch
        {
            null => null,
            "true" or "t" or "1" => true,
            "false" or "f" or "0" => false,
            _ => throw Wrong(name, "true or false"),
        };

    /// <summary>An ISO 8601 time, one of PostgreSQL, or milliseconds since 1970.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < MostMilliseconds)
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Wrong(name, "a time such as 2026-11-28T10:00:00Z");
    }

    /// <summary>An id that an account can keep: a UUID. Another id is no value.</summary>
    public Guid? Id(string name) => Guid.TryParse(Text(name), out var id) ? id : null;

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string>? Texts(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(text => Read(name, text))]
            : throw Wrong(name, "a list of texts");

    /// <summary>A list of objects, or the text of one.</summary>
    public IEnumerable<Fields> Objects(string name) =>
        Parsed(name, "a list of objects") is not { } value ? []
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Object)
            ? value.EnumerateArray().Select(one => new Fields(one))
            : throw Wrong(name, "a list of objects");

    /// <summary>An object, or the text of one.</summary>
    public Fields? Object(string name)
    {
        var value = Parsed(name, "an object");
        return value is null ? null : value is { ValueKind: JsonValueKind.Object } inner ? new Fields(inner) : throw Wrong(name, "an object");
    }

    public static FormatException Wrong(string name, string expected) => new($"The member '{name}' must be {expected}.");

    JsonElement? Parsed(string name, string expected)
    {
        try
        {
            return Find(name) is { ValueKind: JsonValueKind.String } && Text(name) is { } text ? JsonElement.Parse(text) : Find(name);
        }
        catch (JsonException)
        {
            throw Wrong(name, expected);
        }
    }

    JsonElement? Find(string name) =>
        user.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    // Half of a surrogate pair is no text.
    static string Read(string name, JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(name, "a text");
        }
    }
}
