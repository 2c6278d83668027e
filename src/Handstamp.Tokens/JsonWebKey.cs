using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// A public key that verifies signatures (RFC 7517): EC on P-256, or RSA of 2048 to 8192 bits. Immutable, and safe for
/// concurrent use.
/// </summary>
public sealed class JsonWebKey
{
    const int MaxLength = 16 * 1024;

    // RFC 7518 §6.2.2, §6.3.2, §6.4: a publisher of one of these has revealed a private key, or offers a symmetric one.
    static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    readonly IReadOnlyList<string> _members;
    readonly Pool<AsymmetricAlgorithm> _verifiers;
    Header? _header;

    JsonWebKey(JwsAlgorithm algorithm, IReadOnlyList<string> members, Func<AsymmetricAlgorithm> import, string? keyId)
    {
        Algorithm = algorithm;
        _members = members;
        _verifiers = new Pool<AsymmetricAlgorithm>(import);
        Thumbprint = ComputeThumbprint();
        KeyId = keyId ?? Thumbprint;
    }

    /// <summary>The <c>kid</c>; if the key came without one, the thumbprint.</summary>
    public string KeyId { get; }

    /// <summary>The only algorithm that this key is used with.</summary>
    public JwsAlgorithm Algorithm { get; }

    /// <summary>The base64url of the key's SHA-256 thumbprint (RFC 7638).</summary>
    public string Thumbprint { get; }

    /// <summary>
    /// Reads a JWK. False unless it is a well-formed public key for signatures. It refuses a private or symmetric key,
    /// another key type, curve, algorithm or use, a point that is not on the curve, and an RSA key that is too small or
    /// too large.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out JsonWebKey? key)
    {
        using var document = json.Length <= MaxLength ? StrictJson.ParseObject(json.ToArray()) : null;
        key = document is null ? null : Read(document.RootElement);
        return key is not null;
    }

    /// <summary>
    /// Writes the key as a JSON object: the key's members, then <c>use</c>, <c>alg</c> and <c>kid</c>.
    /// </summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteKeyMembers(writer);
        writer.WriteString("use"u8, "sig"u8);
        writer.WriteString("alg"u8, Algorithm.Name);
        writer.WriteString("kid"u8, KeyId);
        writer.WriteEndObject();
    }

    /// <summary>
    /// Whether <paramref name="signature"/> (for ES256, R ‖ S) is this key's signature over <paramref name="data"/>.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var verifier = _verifiers.Rent();
        try
        {
            return Algorithm.Verify(verifier, data, signature);
        }
        finally
        {
            _verifiers.Return(verifier);
        }
    }

    /// <summary>
    /// Whether this is the header of the last token of this type that was verified with this key. An issuer writes the
    /// same header for all tokens of a key, so it does not have to be parsed again each time. The meaning of a header
    /// depends only on its bytes and the keys of a set, and a set has this key once, under the id that the header
    /// names.
    /// </summary>
    internal bool HasOpened(ReadOnlySpan<byte> encodedHeader, string type) =>
        Volatile.Read(ref _header) is { } header && header.Type == type && encodedHeader.SequenceEqual(header.Encoded);

    /// <summary>
    /// Call this only after the signature was verified, so that nobody else can replace the issuer's header.
    /// </summary>
    internal void NoteHeader(ReadOnlySpan<byte> encodedHeader, string type)
    {
        if (!HasOpened(encodedHeader, type))
            Volatile.Write(ref _header, new(encodedHeader.ToArray(), type));
    }

    /// <summary>The algorithm and the key id.</summary>
    public override string ToString() => $"{Algorithm.Name} public key {KeyId}";

    /// <summary>
    /// The public half of one of our keys; null if <paramref name="algorithm"/> does not accept the key.
    /// </summary>
    internal static JsonWebKey? Of(JwsAlgorithm algorithm, AsymmetricAlgorithm key) =>
        Create(algorithm, algorithm.Export(key), keyId: null);

    internal static JsonWebKey? Read(JsonElement json)
    {
        var jwk = new MemberReader(json);
        var algorithm = jwk.Text("alg") is { } name
            ? JwsAlgorithm.Find(name)
            : JwsAlgorithm.ForKeyType(jwk.RequiredText("kty"));
        if (algorithm is null || HoldsPrivateMember(json) || !IsForVerifying(jwk)) return null;

        string[] members = [.. algorithm.KeyMembers.Select(jwk.RequiredText)];
        var keyId = jwk.Text("kid");
        return jwk.Fault is null ? Create(algorithm, members, keyId) : null;
    }

    static JsonWebKey? Create(JwsAlgorithm algorithm, IReadOnlyList<string> members, string? keyId) =>
        algorithm.Importer(members) is { } import ? new(algorithm, members, import, keyId) : null;

    static bool HoldsPrivateMember(JsonElement json) =>
        Array.Exists(PrivateMembers, name => json.TryGetProperty(name, out _));

    // RFC 7517 §4.2, §4.3: both are optional; if they exist, they must agree.
    static bool IsForVerifying(MemberReader jwk) =>
        jwk.Text("use") is null or "sig" && jwk.Texts("key_ops") is [] or ["verify"];

    /// <summary>
    /// Only the required members, in lexicographic order, without white space: RFC 7638 §3 hashes this.
    /// </summary>
    internal void WriteMinimalTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteKeyMembers(writer);
        writer.WriteEndObject();
    }

    string ComputeThumbprint()
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            WriteMinimalTo(writer);

        return Base64Url.EncodeToString(SHA256.HashData(json.WrittenSpan));
    }

    void WriteKeyMembers(Utf8JsonWriter writer)
    {
        foreach (var (name, value) in Algorithm.KeyMembers.Zip(_members))
            writer.WriteString(name, value);
    }

    sealed record Header(byte[] Encoded, string Type);
}
