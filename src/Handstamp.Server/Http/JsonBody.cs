using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Handstamp.Server.Http;

/// <summary>Reads the JSON body of a request: limits first, then the media type, then a strict parse.</summary>
static class JsonBody
{
    public const int MaxLength = 64 * 1024;

    public static async ValueTask<OrRefusal<T>> ReadJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type) where T : class
    {
        var request = context.Request;
        if (request.ContentLength > MaxLength) return Problems.BodyTooLarge;
        if (!IsJson(request.ContentType)) return Problems.UnsupportedMediaType;

        var read = await request.BodyReader.ReadWithinAsync(MaxLength, context.RequestAborted);
        if (read is not { } body) return Problems.BodyTooLarge;

        var value = Parse(body, type, out var fault);
        request.BodyReader.AdvanceTo(body.End);
        return value is null ? new Refusal(Problems.InvalidRequest, fault) : value;
    }

    static T? Parse<T>(ReadOnlySequence<byte> body, JsonTypeInfo<T> type, out string? fault) where T : class
    {
        fault = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            var value = JsonSerializer.Deserialize(ref reader, type);
            // Anything after the value would be a second document.
            if (value is not null && !reader.Read()) return value;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
        }
        fault = JsonFault.Describe(body, type);
        return null;
    }

    static bool IsJson(string? contentType) =>
        contentType is "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType, out var media)
            && media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!media.Charset.HasValue || media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
}
