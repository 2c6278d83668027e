using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// A private key that signs tokens. Safe for concurrent use. Only <see cref="ExportPkcs8"/> returns its secret.
/// </summary>
public sealed class SigningKey : IDisposable
{
    readonly byte[] _pkcs8;
    readonly Pool<AsymmetricAlgorithm> _signers;
    readonly ConcurrentDictionary<string, byte[]> _headers = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, byte[]> _headersWithKey = new(StringComparer.Ordinal);
    volatile bool _disposed;

    SigningKey(JwsAlgorithm algorithm, AsymmetricAlgorithm key)
    {
        PublicKey = JsonWebKey.Of(algorithm, key)
            ?? throw new CryptographicException($"The key has the wrong curve or size for {algorithm.Name}.");
        SignatureSize = algorithm.SignatureSize(key);
        _pkcs8 = key.ExportPkcs8PrivateKey();
        _signers = new Pool<AsymmetricAlgorithm>(ImportSigner);
    }

    /// <summary>The public half, whose <c>kid</c> is its thumbprint.</summary>
    public JsonWebKey PublicKey { get; }

    /// <summary>The <c>kid</c> of what this key signs: the thumbprint of the public key (RFC 7638).</summary>
    public string KeyId => PublicKey.KeyId;

    /// <summary>The length of a signature, in bytes.</summary>
    public int SignatureSize { get; }

    JwsAlgorithm Algorithm => PublicKey.Algorithm;

    /// <summary>Makes a new key; with RS256, of 2048 bits.</summary>
    public static SigningKey Create(JwsAlgorithm algorithm)
    {
        using var key = algorithm.CreateKey();
        return new SigningKey(algorithm, key);
    }

    /// <summary>Imports a key that <see cref="ExportPkcs8"/> returned.</summary>
    /// <exception cref="CryptographicException">
    /// The bytes are not a PKCS #8 private key, or not one for this algorithm.
    /// </exception>
    public static SigningKey ImportPkcs8(JwsAlgorithm algorithm, ReadOnlySpan<byte> pkcs8)
    {
        using var key = Import(algorithm, pkcs8);
        return new SigningKey(algorithm, key);
    }

    /// <summary>
    /// The secret: the private key as unencrypted PKCS #8 (RFC 5208). The caller encrypts and wipes it.
    /// </summary>
    public byte[] ExportPkcs8()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return [.. _pkcs8];
    }

    /// <summary>Signs, and returns the number of bytes written: <see cref="SignatureSize"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int Sign(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        var signer = _signers.Rent();
        try
        {
            return Algorithm.Sign(signer, data, destination);
        }
        finally
        {
            _signers.Return(signer);
            if (_disposed)
                _signers.Drain();
        }
    }

    /// <summary>The algorithm and the key id; never the secret.</summary>
    public override string ToString() => $"{Algorithm.Name} signing key {KeyId}";

    /// <summary>Wipes the secret. Signatures that are being made are completed.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_pkcs8);
        _signers.Drain();
    }

    /// <summary>The first segment of every token of this type that the key signs.</summary>
    internal ReadOnlySpan<byte> EncodedHeader(string type) => _headers.GetOrAdd(type, EncodeHeader, this);

    /// <summary>The same with the public key in it instead of its id.</summary>
    internal ReadOnlySpan<byte> EncodedHeaderWithKey(string type) =>
        _headersWithKey.GetOrAdd(type, EncodeHeaderWithKey, this);

    // None of the three values needs escaping: they are two constants and base64url.
    static byte[] EncodeHeader(string type, SigningKey key) => Base64Url.EncodeToUtf8(Encoding.ASCII.GetBytes(
        $$"""{"alg":"{{key.Algorithm.Name}}","typ":"{{type}}","kid":"{{key.KeyId}}"}"""));

    static byte[] EncodeHeaderWithKey(string type, SigningKey key)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("alg"u8, key.Algorithm.Name);
            writer.WriteString("typ"u8, type);
            writer.WritePropertyName("jwk"u8);
            key.PublicKey.WriteMinimalTo(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToUtf8(json.WrittenSpan);
    }

    static AsymmetricAlgorithm Import(JwsAlgorithm algorithm, ReadOnlySpan<byte> pkcs8)
    {
        var key = algorithm.CreateEmpty();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out var read);
            return read == pkcs8.Length ? key : throw new CryptographicException("Bytes follow the private key.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    AsymmetricAlgorithm ImportSigner()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Import(Algorithm, _pkcs8);
    }
}
