using Handstamp.Server.Keys;
using Handstamp.Tokens;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Reads refresh tokens with the keys of the ring. Every token that it returns was made by this service, but its
/// generation may or may not be live.
/// </summary>
sealed class RefreshTokenReader(KeyRingService keys, UnknownKeys unknown)
{
    const int FirstGeneration = 1;

    // Created once, because each refresh needs it.
    readonly Func<byte, MacKey?> _findKey = id => keys.Ring.FindMacKey(id);

    /// <summary>The token, with the keys that this node's ring has; null if it is not valid.</summary>
    public AuthenticToken? Read(ReadOnlySpan<char> text) => Read(text, out _);

    /// <summary>The first token of a session, for a caller that has shown another name of it; null if the key was just revoked.</summary>
    public AuthenticToken? ReadFirst(Guid sessionId, DateTimeOffset now) =>
        Read(RefreshToken.Create(keys.Ring.MacKey(now), sessionId, FirstGeneration).Encode());

    /// <summary>
    /// The authentic tokens among the texts. If one names a key that this node has never had, the ring is read first.
    /// Null if that cannot be done now, so that nothing is known about the token.
    /// </summary>
    public async ValueTask<IReadOnlyList<AuthenticToken>?> ReadAsync(IReadOnlyList<string> texts)
    {
        var tokens = ReadAll(texts, out var newKey);
        if (newKey is not { } id) return tokens;
        // All of them came at the same time, so one read of the ring is new enough for each.
        return await unknown.TryLearnAsync(id) ? ReadAll(texts, out _) : null;
    }

    /// <param name="texts">The presented texts.</param>
    /// <param name="newKey">A key that one of them names and that this node has never had.</param>
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
