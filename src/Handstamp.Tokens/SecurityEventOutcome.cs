namespace Handstamp.Tokens;

/// <summary>What came of verifying a security event: one of the records in here.</summary>
public abstract record SecurityEventOutcome
{
    SecurityEventOutcome() { }

    /// <summary>The issuer says so.</summary>
    /// <param name="Event">What it says.</param>
    /// <param name="KeyId">The key that signed it.</param>
    public sealed record Verified(SecurityEvent Event, string KeyId) : SecurityEventOutcome;

    /// <summary>The issuer says something this library has no word for: newer than it, and to be passed over.</summary>
    public sealed record UnknownEvent : SecurityEventOutcome;

    /// <summary>It is no security event as RFC 8417 describes it.</summary>
    /// <param name="Reason">What is wrong, for a developer. Holds nothing of the token but names of members.</param>
    public sealed record Malformed(string Reason) : SecurityEventOutcome;

    /// <summary>It is another kind of token: its <c>typ</c> is not <c>secevent+jwt</c>.</summary>
    public sealed record WrongType : SecurityEventOutcome;

    /// <summary>No key of the set has the id it names: forged, or the set is old.</summary>
    /// <param name="KeyId">What the token says, checked by nobody: at most 256 characters of any kind.</param>
    public sealed record UnknownKey(string KeyId) : SecurityEventOutcome;

    /// <summary>The signature is not the key's.</summary>
    public sealed record BadSignature : SecurityEventOutcome;

    /// <summary>Another issuer's.</summary>
    public sealed record WrongIssuer : SecurityEventOutcome;
}
