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
        var tokens = new List<AuthenticToken>(texts.Count);
        var isRead = false;
        foreach (var text in texts)
        {
            var token = Read(text, out var fault);
            // All of them came at once, so one reading of the ring is new enough for each.
            if (fault == RefreshTokenFault.UnknownKey && !isRead)
            {
                if (!await unknown.TryLearnAsync(KeyIdOf(text))) return null;
                isRead = !keys.Ring.HasHad(KeyIdOf(text));
                token = Read(text, out _);
            }
            if (token is not null) tokens.Add(token);
        }
        return tokens;
    }

    AuthenticToken? Read(ReadOnlySpan<char> text, out RefreshTokenFault fault) =>
        AuthenticToken.TryParse(text, _findKey, out var token, out fault) ? token : null;

    static byte KeyIdOf(string text) => RefreshToken.TryParse(text, out var shown) ? shown.KeyId : (byte)0;
}
