using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Handstamp.Server.Http;

/// <summary>Reads the form in a request's body: limits first, then the media type.</summary>
static class FormBody
{
    static readonly Refusal WrongType = new(
        Problems.UnsupportedMediaType, "This route needs a form, with Content-Type: application/x-www-form-urlencoded.");

    /// <summary>The form, or why there is none.</summary>
    public static async ValueTask<(IFormCollection? Form, Refusal? Refusal)> ReadFormAsync(
        this HttpContext context, int maxLength)
    {
        var request = context.Request;
        if (request.ContentLength > maxLength) return (null, Problems.BodyTooLarge);
        if (!IsForm(request.ContentType)) return (null, WrongType);
        if (await request.BodyReader.ReadWithinAsync(maxLength, context.RequestAborted) is not { } body) return (null, Problems.BodyTooLarge);
        // Not consumed, because the framework parses it.
        request.BodyReader.AdvanceTo(body.Start);
        try
        {
            return (await request.ReadFormAsync(context.RequestAborted), null);
        }
        catch (InvalidDataException)
        {
            // Too many fields, or names that are too long.
            return (null, new Refusal(Problems.InvalidRequest));
        }
    }

    // No multipart form, which the framework would also accept, and no encoding that it cannot read or would misread.
    static bool IsForm(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var media)
        && media.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && (!media.Charset.HasValue || media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
