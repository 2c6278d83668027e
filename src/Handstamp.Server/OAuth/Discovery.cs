using System.Buffers;
using System.Text.Json;
using Handstamp.Server.Http;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.OAuth;

/// <summary>
/// <c>/.well-known/openid-configuration</c> and <c>/.well-known/oauth-authorization-server</c> (RFC 8414): the
/// addresses of the keys and of the other routes.
/// </summary>
sealed class Discovery(IOptions<HandstampOptions> service)
{
    readonly byte[] _document = Write(service.Value);

    public Task HandleAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "public, max-age=3600";
        context.Response.ContentLength = _document.Length;
        return context.Response.Body.WriteAsync(_document, context.RequestAborted).AsTask();
    }

    static byte[] Write(HandstampOptions service)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("issuer"u8, service.Issuer);
            json.WriteString("jwks_uri"u8, service.Issuer + "/.well-known/jwks.json");
            json.WriteString("introspection_endpoint"u8, service.Issuer + "/oauth/introspect");
            json.WriteString("handstamp_revocations_endpoint"u8, service.Issuer + "/revocations");
            json.WriteStartArray("subject_types_supported"u8);
            json.WriteStringValue("public"u8);
            json.WriteEndArray();
            json.WriteStartArray("dpop_signing_alg_values_supported"u8); // RFC 9449 §5.1
            json.WriteStringValue("ES256"u8);
            json.WriteStringValue("RS256"u8);
            json.WriteEndArray();
            // OpenID Connect Discovery §3, RFC 9470 §7.
            json.WriteStartArray("acr_values_supported"u8);
            foreach (var context in AuthenticationContexts.All) json.WriteStringValue(context);
            json.WriteEndArray();
            // RFC 8414 requires the member; no grant of it is served.
            json.WriteStartArray("response_types_supported"u8);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
