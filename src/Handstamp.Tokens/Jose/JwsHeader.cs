using System.Text.Json;

namespace Handstamp.Tokens.Jose;

/// <summary>
/// The protected header of a token (RFC 7515 §4). Until the signature is checked, it comes from a stranger: it can only
/// select one of our keys, or, in a proof that the sender holds a key, show that key.
/// </summary>
static class JwsHeader
{
    const int MaxKeyIdLength = 256;

    // crit and b64 change how the rest is read (RFC 7515 §4.1.11, RFC 7797); the other members contain a key or the
    // address of one.
    static readonly string[] Refused = ["crit", "b64", "jku", "x5u", "x5c"];

    /// <summary>
    /// The key that verifies the token: one of <paramref name="keys"/>, or without keys the one in the header. If it is
    /// null, the reason is given.
    /// </summary>
    public static JwsOutcome? FindKey(byte[] utf8, string type, JsonWebKeySet? keys, out JsonWebKey? key)
    {
        key = null;
        using var header = StrictJson.ParseObject(utf8);
        return header is null
            ? new JwsOutcome.Malformed("the header is not a JSON object")
            : FindKey(header.RootElement, type, keys, out key);
    }

    static JwsOutcome? FindKey(JsonElement header, string type, JsonWebKeySet? keys, out JsonWebKey? key)
    {
        key = null;
        if (!HasType(header, type)) return new JwsOutcome.WrongType();

        if (Array.Find(Refused, name => header.TryGetProperty(name, out _)) is { } refused)
            return new JwsOutcome.Malformed($"the header holds {refused}");

        return keys is null ? ReadKey(header, out key) : FindSetKey(header, type, keys, out key);
    }

    // RFC 9449 §4.2.
    static JwsOutcome.Malformed? ReadKey(JsonElement header, out JsonWebKey? key)
    {
        key = null;
        var algorithm = new MemberReader(header).Text("alg");
        if (!header.TryGetProperty("jwk"u8, out var inside) || inside.ValueKind != JsonValueKind.Object
            || JsonWebKey.Read(inside) is not { } read)
            return new JwsOutcome.Malformed("jwk is not a public key for ES256 or RS256");
        if (algorithm != read.Algorithm.Name) return new JwsOutcome.Malformed("alg does not match the key");

        key = read;
        return null;
    }

    static JwsOutcome? FindSetKey(JsonElement header, string type, JsonWebKeySet keys, out JsonWebKey? key)
    {
        key = null;
        if (header.TryGetProperty("jwk"u8, out _)) return new JwsOutcome.Malformed("the header holds jwk");

        var members = new MemberReader(header);
        var algorithm = members.RequiredText("alg");
        var keyId = IsOptional(type) ? members.Text("kid") ?? OnlyKey(keys, algorithm) : members.RequiredText("kid");
        if (members.Fault is { } fault) return new JwsOutcome.Malformed(fault);
        if (keyId is null) return new JwsOutcome.Malformed("kid is missing, and several keys or none could be meant");
        if (keyId.Length > MaxKeyIdLength)
            return new JwsOutcome.Malformed($"kid is longer than {MaxKeyIdLength} characters");

        if (keys.Find(keyId) is not { } found) return new JwsOutcome.UnknownKey(keyId);

        // RFC 8725 §3.1: the algorithm belongs to the key; the token must name the same one.
        if (algorithm != found.Algorithm.Name) return new JwsOutcome.Malformed("alg does not match the key");

        key = found;
        return null;
    }

    // OpenID Connect Core 1.0 §10.1: a provider with one key need not name it, and ID tokens need no type. Ours have both.
    static bool IsOptional(string type) => type == IdToken.Type;

    static string? OnlyKey(JsonWebKeySet keys, string algorithm) =>
        keys.Keys.Where(key => key.Algorithm.Name == algorithm).Take(2).ToList() is [var only] ? only.KeyId : null;

    // RFC 7515 §4.1.9: a media type, compared without regard to case, usually without "application/".
    static bool HasType(JsonElement header, string type) => header.TryGetProperty("typ"u8, out var member)
        ? member.ValueKind == JsonValueKind.String
        && member.GetString() is { } actual
        && (actual.Equals(type, StringComparison.OrdinalIgnoreCase)
            || actual.Equals("application/" + type, StringComparison.OrdinalIgnoreCase))
        : IsOptional(type);
}
