using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// A set of public keys, each with its own key id (RFC 7517 §5). Immutable, and safe for concurrent use.
/// </summary>
public sealed class JsonWebKeySet
{
    /// <summary>The largest set that is read, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The maximum number of keys in a set.</summary>
    public const int MaxKeys = 100;

    readonly JsonWebKey[] _keys;

    /// <summary>A set of these keys.</summary>
    /// <exception cref="ArgumentException">
    /// More than <see cref="MaxKeys"/> keys, or two keys with the same key id.
    /// </exception>
    public JsonWebKeySet(IReadOnlyList<JsonWebKey> keys)
    {
        if (!IsAcceptable(keys))
            throw new ArgumentException($"A set holds at most {MaxKeys} keys, each with its own key id.", nameof(keys));

        _keys = [.. keys];
    }

    /// <summary>The keys, in the order of the document.</summary>
    public IReadOnlyList<JsonWebKey> Keys => _keys;

    /// <summary>The key with this id (exact, case-sensitive), or null. Allocates nothing.</summary>
    public JsonWebKey? Find(ReadOnlySpan<char> keyId)
    {
        // Sets have two or three keys: comparing each is faster than hashing one.
        foreach (var key in _keys)
        {
            if (keyId.SequenceEqual(key.KeyId)) return key;
        }

        return null;
    }

    /// <summary>The key whose last verified token of this type had exactly this header, or null.</summary>
    internal JsonWebKey? FindByHeader(ReadOnlySpan<byte> encodedHeader, string type)
    {
        foreach (var key in _keys)
        {
            if (key.HasOpened(encodedHeader, type)) return key;
        }

        return null;
    }

    /// <summary>
    /// Reads a JWK set. Keys that this library cannot or must not use are skipped, as RFC 7517 §5 recommends. False if
    /// the document is not a JWK set, is too large, or has two keys with the same key id, which would make the choice
    /// random.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out JsonWebKeySet? keys)
    {
        using var document = json.Length <= MaxLength ? StrictJson.ParseObject(json.ToArray()) : null;
        keys = document is null ? null : Read(document.RootElement);
        return keys is not null;
    }

    /// <summary>The set as a JSON document in UTF-8, ready to be served as <c>application/jwk-set+json</c>.</summary>
    public byte[] ToJson()
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            foreach (var key in _keys)
                key.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }

    static JsonWebKeySet? Read(JsonElement json)
    {
        if (!json.TryGetProperty("keys"u8, out var list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() > MaxKeys
            || list.EnumerateArray().Any(key => key.ValueKind != JsonValueKind.Object))
            return null;

        JsonWebKey[] keys = [.. list.EnumerateArray().Select(JsonWebKey.Read).OfType<JsonWebKey>()];
        return IsAcceptable(keys) ? new(keys) : null;
    }

    static bool IsAcceptable(IReadOnlyList<JsonWebKey> keys) =>
        keys.Count <= MaxKeys && keys.DistinctBy(key => key.KeyId).Count() == keys.Count;
}
