using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Tokens;

/// <summary>
/// A refresh token that was made with a key of ours: its MAC was checked where its text was read, and there is no other
/// way to one. Says nothing about the session: the generation may or may not be alive. Not a struct, because its default
/// would be a token that nobody has checked.
/// </summary>
public sealed class AuthenticToken
{
    AuthenticToken(RefreshToken token) =>
        (KeyId, SessionId, Generation) = (token.KeyId, token.SessionId, token.Generation);

    /// <summary>The number of the <see cref="MacKey"/> it was made with.</summary>
    public byte KeyId { get; }

    /// <summary>The session.</summary>
    public Guid SessionId { get; }

    /// <summary>Which of the session's refresh tokens this is, counted from 1.</summary>
    public int Generation { get; }

    /// <summary>Reads a token's text and checks its MAC. Allocates the token, and nothing for what is none.</summary>
    /// <param name="text">What was shown, of whatever length.</param>
    /// <param name="findKey">The keys by their numbers; null for a number that no key has.</param>
    /// <param name="token">The token, if it is one.</param>
    /// <param name="fault">Why it is none.</param>
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
