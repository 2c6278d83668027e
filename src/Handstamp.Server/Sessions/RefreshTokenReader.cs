using Handstamp.Server.Keys;
using Handstamp.Tokens;

namespace Handstamp.Server.Sessions;

/// <summary>
/// Reads refresh tokens with the keys of the ring. All that comes out was made by this service, in a generation that may
/// or may not be alive.
/// </summary>
sealed class RefreshTokenReader(KeyRingService keys)
{
    // Once: each refresh asks.
    readonly Func<byte, MacKey?> _findKey = id => keys.Ring.FindMacKey(id);

    public AuthenticToken? Read(ReadOnlySpan<char> text) => Read(text, out _);

    public AuthenticToken? Read(ReadOnlySpan<char> text, out RefreshTokenFault fault) =>
        AuthenticToken.TryParse(text, _findKey, out var token, out fault) ? token : null;
}
