namespace Handstamp.Tokens;

/// <summary>Why a text is not an <see cref="AuthenticToken"/>.</summary>
public enum RefreshTokenFault
{
    /// <summary>The text is an authentic token.</summary>
    None,

    /// <summary>The text does not have the form of a refresh token.</summary>
    Malformed,

    /// <summary>
    /// No key has the number that the token names: it may have been made with a key that is not known here yet.
    /// </summary>
    UnknownKey,

    /// <summary>The key that the token names did not make it.</summary>
    Forged,
}
