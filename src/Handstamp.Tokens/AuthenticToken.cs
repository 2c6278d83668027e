using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Tokens;

/// <summary>
/// A refresh token that was made with one of our keys: its MAC was checked when its text was parsed, and there is no
/// other way to create one. It says nothing about the session: the generation may or may not be live. Not a struct,
/// because its default would be a token that nobody has checked.
/// </summary>
public sealed class AuthenticToken
{
    AuthenticToken(RefreshToken token) =>
        (KeyId, SessionId, Generation) = (token.KeyId, token.SessionId, token.Generation);

    /// <summary>The number of the <see cref="MacKey"/> that made the token.</summary>
    public byte KeyId { get; }

    /// <summary>The session.</summary>
    public Guid SessionId { get; }

    /// <summary>Which of the session's refresh tokens this is, counted from 1.</summary>
    public int Generation { get; }

    /// <summary>Parses a token and checks its MAC. Allocates the token, and nothing for an invalid text.</summary>
    /// <param name="text">The presented text, of any length.</param>
    /// <param name="findKey">Looks up a key by its number; null if no key has this number.</param>
    /// <param name="token">The token, if the text is one.</param>
    /// <param name="fault">Why the text is not a token.</param>
    public static bool TryParse(
        ReadOnlySpan<char> text, Func<byte, MacKey?> findKey, [NotNullWhen(true)] out AuthenticToken? token,
        out RefreshTokenFault fault)
    {
        ArgumentNullException.ThrowIfNull(findKey);
        token = null;
        fault = !RefreshToken.TryParse(text, out var shown) ? RefreshTokenFault.Malformed
            : findKey(shown.KeyId) is not { } key ? RefreshTokenFault.UnknownKey
            : !shown.IsAuthentic(key) ? RefreshTokenFault.Forged
            : RefreshTokenFault.None;
        if (fault != RefreshTokenFault.None) return false;
        token = new AuthenticToken(shown);
        return true;
    }

    /// <summary>The session and the generation.</summary>
    public override string ToString() => $"refresh token {Generation} of session {SessionId:D}";
}
