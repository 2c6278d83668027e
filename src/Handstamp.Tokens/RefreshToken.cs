using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// A refresh token: <c>hsr_</c> and the base64url of version ‖ key id ‖ session id ‖ generation ‖ MAC over everything
/// before it. Only the MAC is secret, so a holder of the key can make the same token again at any time. A token has
/// exactly one encoding.
/// </summary>
public readonly struct RefreshToken : IEquatable<RefreshToken>
{
    /// <summary>The beginning of every refresh token, so that it is recognised in a wrong place.</summary>
    public const string Prefix = "hsr_";

    /// <summary>The length of every refresh token, in characters.</summary>
    public const int Length = 76;

    const byte Version = 1;

    static ReadOnlySpan<byte> PrefixBytes => "hsr_"u8;

    readonly Layout _bytes;

    RefreshToken(in Layout bytes) => _bytes = bytes;

    /// <summary>The number of the <see cref="MacKey"/> that the token names.</summary>
    public byte KeyId => _bytes[Layout.KeyIdAt];

    /// <summary>The session.</summary>
    public Guid SessionId => new(_bytes[Layout.SessionId], bigEndian: true);

    /// <summary>Which of the session's refresh tokens this is, counted from 1.</summary>
    public int Generation => BinaryPrimitives.ReadInt32BigEndian(_bytes[Layout.Generation]);

    /// <summary>Makes the token of a session's generation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The generation is less than 1.</exception>
    public static RefreshToken Create(MacKey key, Guid sessionId, int generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, 1);
        var bytes = default(Layout);
        bytes[0] = Version;
        bytes[Layout.KeyIdAt] = key.Id;
        sessionId.TryWriteBytes(bytes[Layout.SessionId], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[Layout.Generation], generation);
        key.Authenticate(bytes[Layout.Authenticated], bytes[Layout.Mac]);
        return new RefreshToken(bytes);
    }

    /// <summary>
    /// Parses the form of a token, for callers that have no key. Checks neither the MAC (<see cref="AuthenticToken"/>
    /// does that) nor anything about the session. Allocates nothing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RefreshToken token)
    {
        token = default;
        Span<byte> utf8 = stackalloc byte[Length];
        return text.Length == Length
            && Ascii.FromUtf16(text, utf8, out _) == OperationStatus.Done
            && TryParse(utf8, out token);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out RefreshToken)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out RefreshToken token)
    {
        token = default;
        if (utf8.Length != Length || !utf8.StartsWith(PrefixBytes)) return false;

        var bytes = default(Layout);
        if (!CanonicalBase64Url.TryDecode(utf8[PrefixBytes.Length..], bytes, out _)) return false;

        token = new RefreshToken(bytes);
        return bytes[0] == Version && token.Generation > 0;
    }

    /// <summary>
    /// Whether a text looks like a refresh token, valid or not: for log scrubbers, and to detect one in a wrong place.
    /// </summary>
    public static bool LooksLikeOne(ReadOnlySpan<char> text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether <paramref name="key"/> made this token. Takes the same time wherever the MAC differs.</summary>
    internal bool IsAuthentic(MacKey key)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.Authenticate(_bytes[Layout.Authenticated], mac);
        return key.Id == KeyId && CryptographicOperations.FixedTimeEquals(mac, _bytes[Layout.Mac]);
    }

    /// <summary>The text that the client gets: a secret.</summary>
    public string Encode() => Prefix + Base64Url.EncodeToString(_bytes);

    /// <summary>The session and the generation; never the MAC.</summary>
    public override string ToString() => $"refresh token {Generation} of session {SessionId:D}";

    /// <summary>Whether the two are the same token, including the MAC, in constant time.</summary>
    public bool Equals(RefreshToken other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RefreshToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SessionId, Generation);

    /// <summary>Whether the two are the same token.</summary>
    public static bool operator ==(RefreshToken left, RefreshToken right) => left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(RefreshToken left, RefreshToken right) => !left.Equals(right);

    [InlineArray(54)]
    struct Layout
    {
        public const int KeyIdAt = 1;
        public static Range SessionId => 2..18;
        public static Range Generation => 18..22;
        public static Range Authenticated => ..22;
        public static Range Mac => 22..;

        byte _first;
    }
}
