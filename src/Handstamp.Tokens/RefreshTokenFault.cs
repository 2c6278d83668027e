namespace Handstamp.Tokens;

/// <summary>Why a text is no <see cref="AuthenticToken"/>.</summary>
public enum RefreshTokenFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It has not the form of a refresh token.</summary>
    Malformed,

    /// <summary>No key has the number that it names: it may have been made with a key that was never seen here.</summary>
    UnknownKey,

    /// <summary>The key that it names has not made it.</summary>
    Forged,
}
