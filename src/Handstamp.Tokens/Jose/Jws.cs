using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Handstamp.Tokens.Jose;

/// <summary>JWS in compact form (RFC 7515 §7.1), explicitly typed (RFC 8725 §3.11).</summary>
static class Jws
{
    /// <summary>The longest JWS that is written or read, in characters.</summary>
    public const int MaxLength = 8 * 1024;

    static readonly Pool<Payload> Payloads = new(static () => new Payload());

    /// <summary>Signed with a key that the verifier finds by its <c>kid</c>.</summary>
    public static string Sign<T>(SigningKey key, string type, T claims, Action<Utf8JsonWriter, T> write) =>
        Sign(key, key.EncodedHeader(type), claims, write);

    /// <summary>Signed with a key whose public half is in the token (RFC 7515 §4.1.3).</summary>
    public static string SignWithKeyInside<T>(SigningKey key, string type, T claims, Action<Utf8JsonWriter, T> write) =>
        Sign(key, key.EncodedHeaderWithKey(type), claims, write);

    static string Sign<T>(SigningKey key, ReadOnlySpan<byte> header, T claims, Action<Utf8JsonWriter, T> write)
    {
        var payload = Payloads.Rent();
        try
        {
            write(payload.Json, claims);
            payload.Json.Flush();
            return Sign(key, header, payload.Utf8.WrittenSpan);
        }
        finally
        {
            payload.Reset();
            Payloads.Return(payload);
        }
    }

    static string Sign(SigningKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var signedLength = header.Length + 1 + Base64Url.GetEncodedLength(payload.Length);
        var length = signedLength + 1 + Base64Url.GetEncodedLength(key.SignatureSize);
        if (length > MaxLength)
            throw new InvalidOperationException($"A token of {length} characters exceeds {MaxLength}.");

        Span<byte> jws = stackalloc byte[length];
        header.CopyTo(jws);
        jws[header.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, jws[(header.Length + 1)..]);

        Span<byte> signature = stackalloc byte[key.SignatureSize];
        key.Sign(jws[..signedLength], signature);
        jws[signedLength] = (byte)'.';
        Base64Url.EncodeToUtf8(signature, jws[(signedLength + 1)..]);
        return Encoding.ASCII.GetString(jws);
    }

    /// <summary>
    /// Checks a JWS and returns its payload, in the order of RFC 7515 §5.2. The header only selects one of
    /// <paramref name="keys"/>; the key decides how to verify. Without keys, the key in the header is used.
    /// </summary>
    public static JwsOutcome Open(ReadOnlySpan<char> text, string type, JsonWebKeySet? keys, int maxLength = MaxLength)
    {
        if (text.Length > maxLength) return new JwsOutcome.Malformed($"longer than {maxLength} characters");

        Span<byte> jws = stackalloc byte[text.Length];
        if (Ascii.FromUtf16(text, jws, out _) != OperationStatus.Done || jws.Count((byte)'.') != 2)
            return new JwsOutcome.Malformed("not three segments of ASCII text");

        var payloadAt = jws.IndexOf((byte)'.') + 1;
        var signatureAt = jws.LastIndexOf((byte)'.') + 1;
        var encodedHeader = jws[..(payloadAt - 1)];
        if (CanonicalBase64Url.Decode(encodedHeader) is not { } header
            || CanonicalBase64Url.Decode(jws[payloadAt..(signatureAt - 1)]) is not { } payload
            || CanonicalBase64Url.Decode(jws[signatureAt..]) is not { } signature)
            return new JwsOutcome.Malformed("a segment is empty or not base64url");

        var key = keys?.FindByHeader(encodedHeader, type);
        if (key is null && JwsHeader.FindKey(header, type, keys, out key) is { } fault) return fault;
        if (!key!.Verify(jws[..(signatureAt - 1)], signature)) return new JwsOutcome.BadSignature();

        // The header of an ID token need not name its key: what it means depends on the other keys of the set.
        if (keys is not null && type != IdToken.Type)
            key.NoteHeader(encodedHeader, type);
        return new JwsOutcome.Opened(payload, key);
    }

    sealed class Payload
    {
        // The text is base64url before anything reads it, so escaping for HTML would only make it longer.
        static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public Payload() => Json = new Utf8JsonWriter(Utf8, Options);

        public ArrayBufferWriter<byte> Utf8 { get; } = new(1024);

        public Utf8JsonWriter Json { get; }

        public void Reset()
        {
            Json.Reset();
            Utf8.ResetWrittenCount();
        }
    }
}
