using Handstamp.Server.Keys;
using Handstamp.Tokens;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Reads refresh tokens with the keys of the ring. All that comes out was made by this service, in a generation that may
/// or may not be alive.
/// </summary>
sealed class RefreshTokenReader(KeyRingService keys, UnknownKeys unknown)
{
    // Once: each refresh asks.
    readonly Func<byte, MacKey?> _findKey = id => keys.Ring.FindMacKey(id);

    /// <summary>The token, as far as this node's ring knows; null for what is none.</summary>
    public AuthenticToken? Read(ReadOnlySpan<char> text) => Read(text, out _);

    /// <summary>
    /// The authentic ones among the texts. Where one names a key that this node has never had, the ring is read first; null
    /// when that can't be done now, so that nothing can be said of the token.
    /// </summary>
    public async ValueTask<IReadOnlyList<AuthenticToken>?> ReadAsync(IReadOnlyList<string> texts)
    {
        var tokens = ReadAll(texts, out var newKey);
        if (newKey is not { } id) return tokens;
        // All of them came at once, so one reading of the ring is new enough for each.
        return await unknown.TryLearnAsync(id) ? ReadAll(texts, out _) : null;
    }

    /// <param name="texts">What was shown.</param>
    /// <param name="newKey">A key that one of them names and this node has never had.</param>
    List<AuthenticToken> ReadAll(IReadOnlyList<string> texts, out byte? newKey)
    {
        newKey = null;
        var tokens = new List<AuthenticToken>(texts.Count);
        foreach (var text in texts)
        {
            if (Read(text, out var fault) is { } token) tokens.Add(token);
            else if (fault == RefreshTokenFault.UnknownKey && RefreshToken.TryParse(text, out var shown) && !keys.Ring.HasHad(shown.KeyId))
                newKey = shown.KeyId;
        }
        return tokens;
    }

    AuthenticToken? Read(ReadOnlySpan<char> text, out RefreshTokenFault fault) =>
        AuthenticToken.TryParse(text, _findKey, out var token, out fault) ? token : null;
}
