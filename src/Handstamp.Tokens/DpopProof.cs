using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// The content of a DPoP proof (RFC 9449 §4.2), which shows that the sender of a request holds a private key. A token
/// that is bound to the key is useless without a proof.
/// </summary>
public sealed class DpopProof
{
    /// <summary>The <c>typ</c> of a proof.</summary>
    public const string Type = "dpop+jwt";

    const int TokenIdBytes = 16;

    /// <summary>
    /// The thumbprint (RFC 7638) of the key that signed the proof; a bound token has it as <c>cnf.jkt</c>.
    /// </summary>
    public required string KeyThumbprint { get; init; }

    /// <summary>The <c>jti</c>: a proof is valid for one request.</summary>
    public required string TokenId { get; init; }

    /// <summary>When the proof was made, by its maker's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The server's nonce in the proof, if there is one (RFC 9449 §8).</summary>
    public string? Nonce { get; init; }

    /// <summary>
    /// The value to remember, so that the same proof is refused the second time: 16 bytes of a hash of the key and the
    /// <c>jti</c>. The key is included so that nobody can use up another client's ids.
    /// </summary>
    public UInt128 Fingerprint =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{KeyThumbprint}.{TokenId}")));

    /// <summary>Makes a proof for one request, with a new id.</summary>
    /// <param name="key">The key that the session is, or will be, bound to.</param>
    /// <param name="method">The method of the request.</param>
    /// <param name="target">The request's address; query and fragment are left out.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="accessToken">The access token of the request, if any.</param>
    /// <param name="nonce">The newest <c>DPoP-Nonce</c> of that server, if any.</param>
    public static string Create(
        SigningKey key, string method, Uri target, DateTimeOffset now, string? accessToken = null, string? nonce = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(target);

        var address = target.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return Jws.SignWithKeyInside(key, Type, (method, address, now, accessToken, nonce), static (json, request) =>
        {
            json.WriteStartObject();
            json.WriteString("jti"u8, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes)));
            json.WriteString("htm"u8, request.method);
            json.WriteString("htu"u8, request.address);
            json.WriteNumber("iat"u8, request.now.ToUnixTimeSeconds());
            if (request.accessToken is { } token)
                json.WriteString("ath"u8, HashOf(token));
            if (request.nonce is { } given)
                json.WriteString("nonce"u8, given);
            json.WriteEndObject();
        });
    }

    /// <summary>RFC 9449 §4.2, <c>ath</c>.</summary>
    internal static string HashOf(string accessToken) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(accessToken)));
}
