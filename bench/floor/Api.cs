using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Floor;

/// <summary>
/// An API call and nothing else: <c>/known</c> looks the token up among those verified before, <c>/new</c> verifies its
/// signature.
/// </summary>
sealed class Api(ECParameters key)
{
    const int SchemeLength = 7; // "Bearer "

    readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    [ThreadStatic]
    static ECDsa? t_verifier;

    public static async Task<Api> LoadAsync(Uri keys)
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetByteArrayAsync(keys));
        var key = document.RootElement.GetProperty("keys")[0];
        return new Api(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Coordinate(key, "x"), Y = Coordinate(key, "y") },
        });
    }

    public Task HandleAsync(HttpContext context)
    {
        var token = context.Request.Headers.Authorization.ToString();
        var good = context.Request.Path == "/known" ? IsKnown(token) : Verify(token);
        if (good) return context.Response.WriteAsync("You are welcome.\n");
        if (token.Length > 0) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    bool IsKnown(string token)
    {
        if (_known.TryGetValue(token, out var good)) return good;
        return _known.GetOrAdd(token, Verify(token));
    }

    bool Verify(string credentials)
    {
        if (credentials.Length == 0) return false;
        var token = credentials.AsSpan(SchemeLength);
        Span<byte> utf8 = stackalloc byte[token.Length];
        Encoding.ASCII.GetBytes(token, utf8);
        var dot = utf8.LastIndexOf((byte)'.');
        Span<byte> signature = stackalloc byte[64];
        return Base64Url.TryDecodeFromUtf8(utf8[(dot + 1)..], signature, out _)
            && (t_verifier ??= ECDsa.Create(key)).VerifyData(utf8[..dot], signature, HashAlgorithmName.SHA256);
    }

    static byte[] Coordinate(JsonElement key, string name) =>
        Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
}
