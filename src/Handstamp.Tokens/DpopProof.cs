using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// What a DPoP proof says (RFC 9449 §4.2): that whoever makes a request holds a private key. A token that is bound to
/// the key is worth nothing without one.
/// </summary>
public sealed class DpopProof
{
    /// <summary>The <c>typ</c> of a proof.</summary>
    public const string Type = "dpop+jwt";

    const int TokenIdBytes = 16;

    /// <summary>The thumbprint (RFC 7638) of the key that signed it; a bound token has it as <c>cnf.jkt</c>.</summary>
    public required string KeyThumbprint { get; init; }

    /// <summary>The <c>jti</c>: a proof is good for one request.</summary>
    public required string TokenId { get; init; }

    /// <summary>When it was made, by the clock of whoever made it.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>What the server had given it to put in, if anything (RFC 9449 §8).</summary>
    public string? Nonce { get; init; }

    /// <summary>
    /// What to remember of the proof so as to refuse it when it comes again: 16 bytes of a hash of the key and the
    /// <c>jti</c>, so that nobody can use up the ids of somebody else.
    /// </summary>
    public UInt128 Fingerprint =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{KeyThumbprint}.{TokenId}")));

    /// <summary>Makes a proof for one request, with an id of its own.</summary>
    /// <param name="key">The key that the session is, or shall be, bound to.</param>
    /// <param name="method">The method of the request.</param>
    /// <param name="target">Its address; query and fragment are left out.</param>
    /// <param name="now">The time of the request.</param>
    /// <param name="accessToken">The access token that goes with it, if any.</param>
    /// <param name="nonce">The newest <c>DPoP-Nonce</c> of that server, if it has given one.</param>
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
