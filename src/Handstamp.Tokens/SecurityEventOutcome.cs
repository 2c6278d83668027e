namespace Handstamp.Tokens;

/// <summary>The result of verifying a security event: one of the records below.</summary>
public abstract record SecurityEventOutcome
{
    SecurityEventOutcome() { }

    /// <summary>The issuer made this statement.</summary>
    /// <param name="Event">The verified content.</param>
    /// <param name="KeyId">The key that signed it.</param>
    public sealed record Verified(SecurityEvent Event, string KeyId) : SecurityEventOutcome;

    /// <summary>The event is valid, but of a type that this library does not know. Ignore it.</summary>
    public sealed record UnknownEvent : SecurityEventOutcome;

    /// <summary>The text is not a security event as described in RFC 8417.</summary>
    /// <param name="Reason">
    /// What is wrong, for a developer. Contains only names of members, and no value of the token.
    /// </param>
    public sealed record Malformed(string Reason) : SecurityEventOutcome;

    /// <summary>The token is of another kind: its <c>typ</c> is not <c>secevent+jwt</c>.</summary>
    public sealed record WrongType : SecurityEventOutcome;

    /// <summary>
    /// No key of the set has the id that the token names. Either the token is forged or the set is old.
    /// </summary>
    /// <param name="KeyId">The key id in the token, unverified: at most 256 characters of any kind.</param>
    public sealed record UnknownKey(string KeyId) : SecurityEventOutcome;

    /// <summary>The signature does not match the key.</summary>
    public sealed record BadSignature : SecurityEventOutcome;

    /// <summary>It is from another issuer.</summary>
    public sealed record WrongIssuer : SecurityEventOutcome;
}
