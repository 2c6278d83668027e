using System.Text.Json;
using System.Text.Unicode;

namespace Handstamp.Tokens.Jose;

/// <summary>
/// JSON with only one meaning: valid UTF-8 without a byte order mark, whole characters, each member once (RFC 7515 §4,
/// RFC 7519 §4), bounded depth, nothing after the value.
/// </summary>
public static class StrictJson
{
    internal const int MaxDepth = 16;

    static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>The object in <paramref name="utf8"/>, or null if it is anything else.</summary>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> utf8)
    {
        if (Parse(utf8) is not { } document) return null;

        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;

        document.Dispose();
        return null;
    }

    /// <summary>The value in <paramref name="utf8"/>, or null if that is not JSON with only one meaning.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span)) return null;

        // System.Text.Json has no parser that returns instead of throwing: this is the only place that catches.
        try
        {
            RequireWholeCharacters(utf8.Span);
            return JsonDocument.Parse(utf8, Options);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // An escaped half of a surrogate pair passes the parser and throws later, when the text is first read. So it is
    // read now.
    static void RequireWholeCharacters(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.Contains((byte)'\\')) return;

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
                reader.GetString();
        }
    }
}
