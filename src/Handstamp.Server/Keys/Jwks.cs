using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Keys;

/// <summary>
/// <c>GET /.well-known/jwks.json</c>: the public keys (RFC 7517), with the headers that a cache needs.
/// </summary>
sealed class Jwks(KeyRingService keys)
{
    // A cached set is at most this old; a new key is announced for longer than that.
    const string Caching = "public, max-age=300";

    Document _document = new(-1, [], "");

    public async Task HandleAsync(HttpContext context)
    {
        var document = Current();
        var headers = context.Response.Headers;
        headers.CacheControl = Caching;
        headers.ETag = document.Tag;
        if (context.Request.Headers.IfNoneMatch == document.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        context.Response.ContentType = "application/jwk-set+json";
        context.Response.ContentLength = document.Body.Length;
        await context.Response.Body.WriteAsync(document.Body, context.RequestAborted);
    }

    Document Current()
    {
        var ring = keys.Ring;
        var document = _document;
        if (document.Version == ring.Stored.Version) return document;
        var body = ring.PublicKeys.ToJson();
        return _document = new Document(ring.Stored.Version, body, $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"");
    }

    sealed record Document(long Version, byte[] Body, string Tag);
}
