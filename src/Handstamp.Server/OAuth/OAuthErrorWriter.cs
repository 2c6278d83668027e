using System.Buffers;
using System.Text.Json;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.OAuth;

/// <summary>
/// The format of the OAuth routes (RFC 6749 §5.2): OAuth's own code, and the address of our page. The status is that of
/// the table.
/// </summary>
sealed class OAuthErrorWriter(IOptions<HandstampOptions> service) : IRefusalWriter
{
    public async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        var body = new ArrayBufferWriter<byte>(512);
        WriteTo(body, refusal, service.Value.Issuer + ReferencePages.Error(refusal.Problem));
        refusal.WriteHead(context.Response);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    static void WriteTo(IBufferWriter<byte> body, Refusal refusal, string page)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("error"u8, refusal.Problem.OAuthError);
        json.WriteString("error_description"u8, refusal.Detail ?? refusal.Problem.Title);
        json.WriteString("error_uri"u8, page);
        json.WriteEndObject();
    }
}
