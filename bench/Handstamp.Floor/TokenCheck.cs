using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Handstamp.Floor;

/// <summary>The minimum that recognizes a good token: one look-up among the tokens verified before, or one signature.</summary>
sealed class TokenCheck(ECParameters key)
{
    const int SchemeLength = 7; // "Bearer "

    readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    [ThreadStatic]
    static ECDsa? s_verifier;

    public static async Task<TokenCheck> LoadAsync(Uri keys)
    {
        using var http = new HttpClient();
        using var document = JsonDocument.Parse(await http.GetByteArrayAsync(keys));
        var key = document.RootElement.GetProperty("keys")[0];
        return new TokenCheck(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Coordinate(key, "x"), Y = Coordinate(key, "y") },
        });
    }

    /// <summary>A look-up if the path is <c>/known</c>, otherwise a signature.</summary>
    public bool IsGood(HttpRequest request)
    {
        var credentials = request.Headers.Authorization.ToString();
        return request.Path == "/known" ? IsKnown(credentials) : Verify(credentials);
    }

    bool IsKnown(string credentials)
    {
        if (_known.TryGetValue(credentials, out var good)) return good;
        return _known.GetOrAdd(credentials, Verify(credentials));
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
            && (s_verifier ??= ECDsa.Create(key)).VerifyData(utf8[..dot], signature, HashAlgorithmName.SHA256);
    }

    static byte[] Coordinate(JsonElement key, string name) =>
        Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
}
