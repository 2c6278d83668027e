using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>
/// The answer of the routes that begin a ceremony. The options are passed to the browser unchanged, so they have the names
/// of WebAuthn: <c>parseCreationOptionsFromJSON</c> and <c>parseRequestOptionsFromJSON</c> take them.
/// </summary>
static class CeremonyAnswer
{
    const int TypicalLength = 1024;

    public static async Task WriteAsync(HttpContext context, string ticket, string optionsJson)
    {
        var body = new ArrayBufferWriter<byte>(TypicalLength);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("ceremony"u8, ticket);
            json.WritePropertyName("options"u8);
            json.WriteRawValue(optionsJson, skipInputValidation: true);
            json.WriteEndObject();
        }
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
